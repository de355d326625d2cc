import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { CircleAlert } from 'lucide';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Icon } from './icon';

/** Kinds of problems with many causes, which only the API's own words tell apart. */
const SPECIFIC = new Set(['campaign-not-ready', 'conflict', 'invalid-input', 'platform-refused', 'refused']);

/** What could not be done or shown, and a way to try again. */
@Component({
  selector: 'mc-problem',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'alert' },
  template: `
    <mc-icon [icon]="alert" />
    <div class="said">
      <p class="title">{{ title() }}</p>
      @if (detail()) {
        <p>{{ detail() }}</p>
      }
      @for (error of problem().errors; track $index) {
        <p>
          {{ field(error.pointer) }}: <span lang="en">{{ error.detail }}</span>
        </p>
      }
      @if (specifics(); as text) {
        <p lang="en">{{ text }}</p>
      }
      @if (problem().requestId; as id) {
        <p class="request">{{ texts.t('core.requestId', { id }) }}</p>
      }
    </div>
    @if (retryable()) {
      <button matButton="outlined" type="button" (click)="retry.emit()">{{ texts.t('core.retry') }}</button>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 12px;
      align-items: flex-start;
      padding: 16px;
      border-radius: var(--mc-radius);
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
    }
    .said {
      flex: 1 1 200px;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    p {
      margin: 0 0 4px;
    }
    .title {
      font-weight: 600;
    }
    .request {
      font-size: 0.8125rem;
    }
    button {
      --mat-button-outlined-label-text-color: currentColor;
      --mat-button-outlined-outline-color: currentColor;
    }
  `,
})
export class ProblemPanel {
  readonly problem = input.required<Problem>();
  /** Whether a button to try again makes sense here. */
  readonly retryable = input(true);
  readonly retry = output();

  protected readonly texts = inject(Texts);
  protected readonly alert = CircleAlert;
  protected readonly title = computed(() => {
    const { type, title, status } = this.problem();
    return (
      this.texts.find(`core.problem.types.${type}.title`) ??
      this.texts.find(`core.problem.statuses.${status}`) ??
      (title || this.texts.t('core.problem.unexpected'))
    );
  });
  private readonly ownText = computed(() => this.texts.find(`core.problem.types.${this.problem().type}.text`));
  protected readonly detail = computed(() => {
    const { help, detail, status } = this.problem();
    return this.ownText() ?? ((help ?? detail) || this.texts.t('core.problem.unexplained', { status }));
  });
  /** What the API says besides, where the kind of the problem does not say it all. */
  protected readonly specifics = computed(() => {
    const { type, detail, errors } = this.problem();
    return this.ownText() && SPECIFIC.has(type) && !errors.length ? detail : '';
  });

  protected field(pointer: string): string {
    return this.texts.find(`core.problem.fields.${pointer.slice(1).replaceAll('/', '_')}`) ?? pointer;
  }
}
