import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import type { Plan } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PlanStore } from './plan-store';

type Settings = Plan['settings'];

/** How fast the mail goes, whether a few people get it first, and what it is about. */
@Component({
  selector: 'mc-pace-section',
  imports: [MatCheckbox, MatFormFieldModule, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-checkbox
      [checked]="settings().canary !== null"
      [disabled]="!store.editable() || local()"
      (change)="canary($event.checked)"
    >
      {{ texts.t('plan.canary') }}
    </mat-checkbox>
    <p class="mc-muted">{{ texts.t(local() ? 'plan.canaryNotLocal' : 'plan.canaryText') }}</p>
    @if (settings().canary; as canary) {
      <div class="pair">
        <mat-form-field>
          <mat-label>{{ texts.t('plan.canaryRecipients') }}</mat-label>
          <input
            matInput
            type="number"
            min="20"
            max="1000000"
            [value]="canary.recipients ?? ''"
            [placeholder]="canary.share ? formats.percent(canary.share) : ''"
            [disabled]="!store.editable()"
            (change)="canaryRecipients($any($event.target))"
          />
        </mat-form-field>
        <mat-form-field>
          <mat-label>{{ texts.t('plan.canaryWait') }}</mat-label>
          <input
            matInput
            type="number"
            min="1"
            max="1440"
            [value]="canary.wait_minutes"
            [disabled]="!store.editable()"
            (change)="canaryWait($any($event.target))"
          />
        </mat-form-field>
      </div>
    }
    <div class="pair">
      <mat-form-field>
        <mat-label>{{ texts.t('plan.rate') }}</mat-label>
        <input
          matInput
          type="number"
          min="0.01"
          step="any"
          [value]="settings().rate_limit ?? ''"
          [disabled]="!store.editable()"
          (change)="rate($any($event.target))"
        />
        <mat-hint>{{ texts.t('plan.rateHint') }}</mat-hint>
      </mat-form-field>
      <mat-form-field>
        <mat-label>{{ texts.t('plan.topic') }}</mat-label>
        <input
          #topic
          matInput
          maxlength="40"
          [value]="settings().topic ?? ''"
          [disabled]="!store.editable()"
          (change)="setTopic(topic)"
        />
        <mat-hint>{{ texts.t('plan.topicHint') }}</mat-hint>
      </mat-form-field>
    </div>
  `,
  styles: `
    p {
      margin: 0 0 12px;
      padding-left: 40px;
      font-size: 0.875rem;
    }
    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 12px;
      align-items: start;
      margin-top: 8px;
    }
  `,
})
export class PaceSection {
  readonly settings = input.required<Settings>();
  readonly timing = input.required<Plan['timing']>();

  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  /** The platform takes no canary for mail at recipients' own times. */
  protected readonly local = computed(() => this.timing().kind === 'local');

  protected canary(wanted: boolean): void {
    const canary = wanted ? { recipients: 500, share: null, wait_minutes: 30 } : null;
    this.store.edit({ settings: { canary } });
  }

  protected canaryRecipients(field: HTMLInputElement): void {
    const recipients = whole(field, 20, 1_000_000);
    const canary = this.settings().canary;
    if (canary && recipients !== null) {
      this.store.edit({ settings: { canary: { ...canary, recipients, share: null } } });
    }
  }

  protected canaryWait(field: HTMLInputElement): void {
    const minutes = whole(field, 1, 1_440);
    const canary = this.settings().canary;
    if (canary && minutes !== null) {
      this.store.edit({ settings: { canary: { ...canary, wait_minutes: minutes } } });
    }
  }

  protected rate(field: HTMLInputElement): void {
    const rate = Number(field.value);
    this.store.edit({ settings: { rate_limit: field.value && rate >= 0.01 ? Math.min(rate, 100_000) : null } });
  }

  protected setTopic(field: HTMLInputElement): void {
    const topic = topicOf(field.value);
    field.value = topic;
    this.store.edit({ settings: { topic: topic || null } });
  }
}

/** What somebody typed as the platform takes it: small letters, digits and hyphens. */
export function topicOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
}

function whole(field: HTMLInputElement, least: number, most: number): number | null {
  const wanted = Math.round(Number(field.value));
  if (!field.value || !Number.isFinite(wanted)) {
    return null;
  }
  const held = Math.min(most, Math.max(least, wanted));
  field.value = String(held);
  return held;
}
