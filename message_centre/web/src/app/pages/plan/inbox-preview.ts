import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Texts } from '@core/i18n/texts';

/** How the mail stands in a list of mails, on a phone and on a desktop. */
@Component({
  selector: 'mc-inbox-preview',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <figure>
      <figcaption>{{ texts.t('plan.onPhone') }}</figcaption>
      <div class="phone">
        <span class="face" aria-hidden="true">{{ initial() }}</span>
        <span class="lines">
          <span class="first"
            ><strong>{{ from() }}</strong
            ><span class="time">09:00</span></span
          >
          <span class="cut">{{ subject() || texts.t('templates.noSubject') }}</span>
          <span class="cut muted">{{ preheader() || texts.t('plan.noPreheader') }}</span>
        </span>
      </div>
    </figure>
    <figure>
      <figcaption>{{ texts.t('plan.onDesktop') }}</figcaption>
      <div class="desktop">
        <strong>{{ from() }}</strong>
        <span class="cut"
          >{{ subject() || texts.t('templates.noSubject') }}
          <span class="muted">– {{ preheader() || texts.t('plan.noPreheader') }}</span></span
        >
        <span class="time">09:00</span>
      </div>
    </figure>
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
      grid-template-columns: minmax(0, 1fr);
    }
    figure {
      margin: 0;
      min-width: 0;
    }
    figcaption {
      margin-bottom: 4px;
      font-size: 0.8125rem;
      color: var(--mat-sys-on-surface-variant);
    }
    .phone,
    .desktop {
      display: flex;
      gap: 12px;
      align-items: center;
      padding: 10px 14px;
      border: 1px solid var(--mc-line);
      border-radius: 10px;
      background: var(--mat-sys-background);
    }
    .phone {
      max-width: 375px;
      box-sizing: border-box;
    }
    .face {
      display: grid;
      flex: none;
      place-items: center;
      width: 38px;
      height: 38px;
      border-radius: 50%;
      background: var(--mat-sys-primary);
      color: var(--mat-sys-on-primary);
      font-weight: 600;
    }
    .lines {
      display: grid;
      flex: 1 1 auto;
      min-width: 0;
      line-height: 1.35;
    }
    .first {
      display: flex;
      gap: 8px;
      justify-content: space-between;
    }
    strong {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .desktop strong {
      flex: 0 0 140px;
    }
    .desktop .cut {
      flex: 1 1 auto;
    }
    .cut {
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .muted,
    .time {
      color: var(--mat-sys-on-surface-variant);
    }
    .time {
      font-size: 0.8125rem;
    }
    @media (max-width: 560px) {
      .desktop strong {
        flex-basis: 90px;
      }
    }
  `,
})
export class InboxPreview {
  readonly from = input.required<string>();
  readonly subject = input.required<string>();
  readonly preheader = input.required<string>();
  protected readonly texts = inject(Texts);
  protected readonly initial = computed(() => this.from().charAt(0).toUpperCase());
}
