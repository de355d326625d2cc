import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatRadioModule } from '@angular/material/radio';

import type { Plan } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PlanStore } from './plan-store';
import { offsetLabel, proposal, resolve } from './wall-clock';
import { ZoneField } from './zone-field';

type Timing = Plan['timing'];

/** When the mail goes: at once, at a time, or at a time in each recipient's own zone. */
@Component({
  selector: 'mc-timing-section',
  imports: [MatFormFieldModule, MatInput, MatRadioModule, ZoneField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-radio-group
      [attr.aria-label]="texts.t('plan.whenTitle')"
      [value]="timing().kind"
      [disabled]="!store.editable()"
      (change)="kind($event.value)"
    >
      @for (kind of kinds; track kind) {
        <mat-radio-button [value]="kind">
          {{ texts.word('plan.kinds', kind) }}
          <span class="mc-muted">{{ texts.word('plan.kindTexts', kind) }}</span>
        </mat-radio-button>
      }
    </mat-radio-group>
    @if (timing().kind !== 'now') {
      <div class="pair">
        <mat-form-field>
          <mat-label>{{ texts.t('plan.time') }}</mat-label>
          <input
            matInput
            type="datetime-local"
            step="60"
            [value]="timing().local_time?.slice(0, 16) ?? ''"
            [disabled]="!store.editable()"
            (change)="at($any($event.target).value)"
          />
        </mat-form-field>
        <mc-zone-field
          [label]="texts.t(timing().kind === 'local' ? 'plan.zoneOfOthers' : 'plan.zone')"
          [zone]="zone()"
          [disabled]="!store.editable()"
          (chosen)="inZone($event)"
        />
      </div>
      <div role="status">
        <ul>
          @for (note of notes(); track note.text) {
            <li [class.bad]="note.bad">{{ note.text }}</li>
          }
        </ul>
      </div>
    }
  `,
  styles: `
    mat-radio-group,
    mat-radio-button {
      display: block;
    }
    mat-radio-button + mat-radio-button {
      margin-top: 8px;
    }
    mat-radio-button span {
      display: block;
      font-size: 0.8125rem;
    }
    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 12px;
      align-items: start;
      margin-top: 12px;
    }
    ul {
      margin: 8px 0 0;
      padding-left: 20px;
      color: var(--mat-sys-on-surface-variant);
    }
    .bad {
      color: var(--mat-sys-error);
    }
  `,
})
export class TimingSection {
  readonly timing = input.required<Timing>();
  /** Whether the recipient file has a column of time zones; null while that is not known. */
  readonly zonesInFile = input<boolean | null>(null);

  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  private readonly formats = inject(Formats);
  protected readonly kinds = ['now', 'at', 'local'] as const;
  protected readonly zone = computed(() => this.timing().time_zone ?? this.formats.zone());
  private readonly resolved = computed(() => {
    const { local_time: local } = this.timing();
    return local ? resolve(local.slice(0, 16), this.zone()) : null;
  });

  protected readonly notes = computed(() => {
    const { t } = this.texts;
    const resolved = this.resolved();
    const notes: { text: string; bad: boolean }[] = [];
    const say = (text: string, bad = false) => notes.push({ text, bad });
    if (resolved) {
      const moment = resolved.instant.toISOString();
      if (resolved.instant.getTime() < this.formats.now()) {
        say(t('plan.past'), true);
      } else {
        say(t('plan.moment', { when: this.formats.dateTime(moment), relative: this.formats.relative(moment) }));
      }
      if (resolved.clockChange) {
        const offset = offsetLabel(resolved.instant, this.zone());
        say(t(resolved.clockChange === 'skipped' ? 'plan.skipped' : 'plan.repeated', { offset }));
      }
    } else {
      say(t('plan.noTime'), true);
    }
    if (this.timing().kind === 'local') {
      say(t('plan.localSpread'));
      if (this.zonesInFile() === false) {
        say(t('plan.noZoneColumn'), true);
      }
    }
    return notes;
  });

  protected kind(kind: Timing['kind']): void {
    const { local_time: local } = this.timing();
    const zone = this.zone();
    this.store.edit({
      timing:
        kind === 'now'
          ? { kind, local_time: null, time_zone: null }
          : { kind, local_time: local ?? proposal(new Date(), zone), time_zone: zone },
    });
  }

  protected at(local: string): void {
    this.store.edit({ timing: { local_time: local || null, time_zone: this.zone() } });
  }

  protected inZone(zone: string): void {
    this.store.edit({ timing: { time_zone: zone } });
  }
}
