import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Chip } from '@shared/chip';
import { ProblemPanel } from '@shared/problem-panel';
import { RecipientStepper } from '../templates/recipient-stepper';
import { addressesOf } from './addresses';
import type { PlanStore } from './plan-store';

export interface TestSendOptions {
  readonly store: PlanStore;
  /** Whose data the mail is made with, from 1. */
  readonly row: number;
  readonly recipients: number;
}

interface Proof {
  readonly address: string;
  readonly status: 'accepted' | 'refused' | 'unknown';
  readonly reason?: string | null;
}

const MAX_ADDRESSES = 10;

/** Sends the mail to a few colleagues. Each press of the button sends. */
@Component({
  selector: 'mc-test-send-dialog',
  imports: [Chip, MatButton, MatDialogModule, MatFormFieldModule, MatInput, ProblemPanel, RecipientStepper],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t('plan.testSend') }}</h2>
    <form (submit)="$event.preventDefault(); send()">
      <mat-dialog-content>
        <p>{{ texts.t('plan.testText') }}</p>
        <mat-form-field>
          <mat-label>{{ texts.t('plan.testAddresses') }}</mat-label>
          <textarea matInput rows="3" cdkFocusInitial [value]="typed()" (input)="typed.set($any($event.target).value)">
          </textarea>
          <mat-hint>{{ texts.t('plan.testHint', { count: addresses().length }) }}</mat-hint>
        </mat-form-field>
        @if (data.recipients > 0) {
          <p class="whose">{{ texts.t('plan.testWhose') }}</p>
          <mc-recipient-stepper [(row)]="row" [total]="data.recipients" />
        }
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
        @if (proofs(); as proofs) {
          <ul role="status">
            @for (proof of proofs; track proof.address) {
              <li>
                <mc-chip [tone]="proof.status === 'accepted' ? 'good' : proof.status === 'refused' ? 'bad' : 'warning'">
                  {{ texts.word('plan.proofs', proof.status) }}
                </mc-chip>
                {{ proof.address }}
                @if (proof.reason) {
                  <span class="mc-muted">{{ proof.reason }}</span>
                }
              </li>
            }
          </ul>
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close>{{ texts.t('core.close') }}</button>
        <button
          matButton="filled"
          type="submit"
          [disabled]="busy() || addresses().length === 0 || addresses().length > max"
        >
          {{ texts.t(busy() ? 'plan.testSending' : 'plan.testGo', { count: addresses().length }) }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
    .whose {
      margin: 16px 0 0;
    }
    ul {
      display: grid;
      gap: 8px;
      margin: 16px 0 0;
      padding: 0;
      list-style: none;
      overflow-wrap: anywhere;
    }
    li span {
      display: block;
    }
  `,
})
export class TestSendDialog {
  protected readonly data = inject<TestSendOptions>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  private readonly api = inject(Api);
  private readonly session = inject(Session);

  protected readonly max = MAX_ADDRESSES;
  protected readonly typed = signal(this.session.person()?.email ?? '');
  protected readonly row = signal(this.data.row);
  protected readonly addresses = computed(() => addressesOf(this.typed()));
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly proofs = signal<readonly Proof[] | null>(null);

  protected async send(): Promise<void> {
    const plan = this.data.store.plan();
    if (!plan || this.busy() || this.addresses().length === 0) {
      return;
    }
    this.busy.set(true);
    this.problem.set(null);
    this.proofs.set(null);
    try {
      await this.data.store.flush();
      const { body } = await this.api.call<{ items: Proof[] }>('post', '/plans/{plan_id}/test-sends', {
        path: { plan_id: plan.plan_id },
        body: {
          addresses: this.addresses(),
          ...(this.data.recipients > 0 ? { sample: { row: this.row() } } : {}),
        },
      });
      this.proofs.set(body.items);
      await this.data.store.look();
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
