import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import { PlanStore } from './plan-store';
import { STEPS, Step } from './steps';

/** Leads to the step before and the next one. */
@Component({
  selector: 'mc-step-foot',
  imports: [MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (before(); as step) {
      <a matButton="outlined" [routerLink]="['/plans', store.plan()?.plan_id, step]">{{ texts.t('core.back') }}</a>
    }
    <span></span>
    @if (after(); as step) {
      <a matButton="filled" [routerLink]="['/plans', store.plan()?.plan_id, step]">
        {{ texts.t('plan.goOn', { step: texts.word('plan.steps', step) }) }}
      </a>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 12px;
      justify-content: space-between;
    }
  `,
})
export class StepFoot {
  readonly step = input.required<Step>();
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly before = computed(() => STEPS[STEPS.indexOf(this.step()) - 1]);
  protected readonly after = computed(() => STEPS[STEPS.indexOf(this.step()) + 1]);
}
