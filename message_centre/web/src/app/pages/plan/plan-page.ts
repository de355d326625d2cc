import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Check, CloudOff, CloudUpload } from 'lucide';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PageTitle } from '@core/page-title';
import { planTone } from '@shared/campaign-tone';
import { Chip } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { Conflict } from '@shared/conflict';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { AskName } from '../templates/name-dialog';
import { Audience } from './audience';
import { PlanStore } from './plan-store';
import { STEPS, complete } from './steps';

/** The wizard: a plan's head, its steps, and the step that is shown. */
@Component({
  selector: 'mc-plan-page',
  imports: [Chip, Conflict, Icon, MatButton, ProblemPanel, RouterLink, RouterLinkActive, RouterOutlet, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  providers: [PlanStore, Audience],
  templateUrl: './plan-page.html',
  styleUrl: './plan-page.scss',
})
export default class PlanPage {
  /** From the route. */
  readonly id = input.required<string>();

  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly askName = inject(AskName);
  private readonly audience = inject(Audience);
  private readonly confirm = inject(Confirm);
  private readonly router = inject(Router);
  private readonly title = inject(PageTitle);

  protected readonly icons = { Check, CloudOff, CloudUpload };
  protected readonly planTone = planTone;
  protected readonly steps = computed(() => {
    const plan = this.store.plan();
    return STEPS.map((step, index) => ({
      step,
      number: index + 1,
      text: this.texts.word('plan.steps', step),
      done: plan !== null && complete(plan, step, { file: this.audience.file(), now: this.formats.now() }),
    }));
  });
  /** How long ago, never in the future: the page's clock goes in steps. */
  protected readonly savedAt = computed(() => {
    const at = this.store.plan()?.updated_at;
    return this.formats.relative(at && new Date(Math.min(Date.parse(at), this.formats.now())).toISOString());
  });
  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.store.load(id));
    });
    effect(() => {
      this.title.subject.set(this.store.plan()?.name ?? '');
    });
  }

  /** Parts of a plan in words. */
  protected named(paths: readonly string[]): string {
    return [...new Set(paths.map((path) => this.texts.word('plan.parts', path.split('/').slice(0, 2).join('_'))))].join(
      ', ',
    );
  }

  /** A refusal shows where changes are saved. */
  protected async settle(mine: boolean): Promise<void> {
    await this.store.settle(mine).catch(() => undefined);
  }

  protected async rename(): Promise<void> {
    const plan = this.store.plan();
    if (!plan) {
      return;
    }
    await this.askName.ask({
      title: this.texts.t('plan.rename'),
      label: this.texts.t('plan.name'),
      action: this.texts.t('plan.rename'),
      name: plan.name,
      run: async (name) => {
        this.store.edit({ name });
        await this.store.flush();
      },
    });
  }

  protected async remove(): Promise<void> {
    const plan = this.store.plan();
    if (!plan) {
      return;
    }
    const done = await this.confirm.ask({
      title: this.texts.t('plan.deleteTitle', { name: plan.name }),
      text: this.texts.t('plan.deleteText'),
      action: this.texts.t('plan.delete'),
      destructive: true,
      run: () => this.store.remove(),
    });
    if (done) {
      await this.router.navigate(['/campaigns']);
    }
  }
}
