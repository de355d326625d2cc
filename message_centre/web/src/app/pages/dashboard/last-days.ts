import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { Overview } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';

/** What campaigns sent in the last days: the sums, and day by day as bars, with opens by people in front of them. */
@Component({
  selector: 'mc-last-days',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="mc-card" aria-labelledby="thirty-title">
      <h2 id="thirty-title">{{ texts.t('dashboard.thirty.title') }}</h2>
      <dl>
        @for (figure of figures(); track figure.name) {
          <div>
            <dt>{{ texts.word('dashboard.thirty', figure.name) }}</dt>
            <dd>{{ figure.value }}</dd>
          </div>
        }
      </dl>
      <div class="days" role="img" [attr.aria-label]="texts.t('dashboard.thirty.chart')">
        @for (day of days(); track day.start) {
          <span class="day" [title]="day.title">
            <span class="sent" [style.height.%]="day.sent"></span>
            <span class="opened" [style.height.%]="day.opened"></span>
          </span>
        }
      </div>
      <p class="mc-muted legend" aria-hidden="true">
        <span class="sent"></span>{{ texts.t('dashboard.thirty.accepted') }} <span class="opened"></span
        >{{ texts.t('dashboard.thirty.opened') }}
      </p>
    </section>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(110px, 1fr));
      gap: 12px;
      margin: 12px 0 16px;
    }
    dt {
      color: var(--mat-sys-on-surface-variant);
      font-size: 0.8125rem;
    }
    dd {
      margin: 0;
      font-size: 1.375rem;
      font-weight: 650;
      letter-spacing: -0.015em;
    }
    .days {
      display: flex;
      gap: 3px;
      height: 96px;
      border-bottom: 1px solid var(--mc-line);
    }
    .day {
      position: relative;
      flex: 1;
    }
    .day span {
      position: absolute;
      right: 0;
      bottom: 0;
      left: 0;
      border-radius: 3px 3px 0 0;
    }
    .sent {
      background: color-mix(in srgb, var(--mat-sys-primary) 30%, var(--mat-sys-surface));
    }
    .opened {
      background: var(--mat-sys-primary);
    }
    .legend {
      display: flex;
      gap: 6px;
      align-items: center;
      margin: 8px 0 0;
      font-size: 0.8125rem;
    }
    .legend span {
      width: 10px;
      height: 10px;
      border-radius: 3px;
    }
    .legend .opened {
      margin-inline-start: 12px;
    }
  `,
})
export class LastDays {
  readonly overview = input.required<Overview>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly figures = computed(() => {
    const { totals, rates } = this.overview().campaign;
    return [
      { name: 'accepted', value: this.formats.number(totals.accepted) },
      { name: 'opened', value: this.formats.percent(rates['human_open_rate']) },
      { name: 'clicked', value: this.formats.percent(rates['human_click_rate']) },
      { name: 'bounced', value: this.formats.percent(rates['bounce_rate']) },
    ];
  });
  protected readonly days = computed(() => {
    const days = this.overview().timeline.points.map(({ start, counts, machine }) => ({
      start,
      sent: counts['send'] ?? 0,
      opened: (counts['open'] ?? 0) - (machine['open'] ?? 0),
    }));
    const most = Math.max(1, ...days.flatMap(({ sent, opened }) => [sent, opened]));
    const { t } = this.texts;
    return days.map(({ start, sent, opened }) => ({
      start,
      sent: (sent / most) * 100,
      opened: (opened / most) * 100,
      title: [
        this.formats.date(start),
        `${t('dashboard.thirty.accepted')}: ${this.formats.number(sent)}`,
        `${t('dashboard.thirty.opened')}: ${this.formats.number(opened)}`,
      ].join('\n'),
    }));
  });
}
