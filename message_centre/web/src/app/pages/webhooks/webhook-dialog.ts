import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatRadioModule } from '@angular/material/radio';

import { Answer, Api, Body } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import type { Webhook } from './webhook-state';

export type MadeWebhook = Webhook & Partial<Pick<Answer<'/v1/webhooks', 'post'>, 'secret'>>;
type Kind = NonNullable<NonNullable<Body<'/v1/webhooks', 'post'>>['events']>[number];
const KINDS: readonly Kind[] = [
  'campaign.state_changed',
  'message.bounced',
  'message.complained',
  'message.rejected',
  'message.unsubscribed',
  'address.suppressed',
  'suppression.lifted',
  'webhook.disabled',
];

/** Makes a webhook, or changes the one it is given (with the `etag` that its last reading had); closes with it. */
@Component({
  selector: 'mc-webhook-dialog',
  imports: [MatButton, MatCheckbox, MatDialogModule, MatFormFieldModule, MatInput, MatRadioModule, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ texts.t(data ? 'webhooks.changeTitle' : 'webhooks.new') }}</h2>
    <form (submit)="$event.preventDefault(); save()">
      <mat-dialog-content>
        <mat-form-field>
          <mat-label>{{ texts.t('webhooks.name') }}</mat-label>
          <input
            matInput
            required
            maxlength="200"
            cdkFocusInitial
            [value]="name()"
            (input)="name.set($any($event.target).value)"
          />
          <mat-hint>{{ texts.t('webhooks.nameHint') }}</mat-hint>
        </mat-form-field>
        <mat-form-field>
          <mat-label>{{ texts.t('webhooks.url') }}</mat-label>
          <input
            matInput
            required
            type="url"
            maxlength="2000"
            placeholder="https://"
            [value]="url()"
            (input)="url.set($any($event.target).value)"
          />
          <mat-hint>{{ texts.t('webhooks.urlHint') }}</mat-hint>
        </mat-form-field>
        <fieldset>
          <legend>{{ texts.t('webhooks.tells') }}</legend>
          <mat-radio-group [value]="all()" (change)="all.set($event.value)">
            <mat-radio-button [value]="true">{{ texts.t('webhooks.everything') }}</mat-radio-button>
            <mat-radio-button [value]="false">{{ texts.t('webhooks.some') }}</mat-radio-button>
          </mat-radio-group>
          @if (!all()) {
            <div class="kinds">
              @for (kind of kinds; track kind) {
                <mat-checkbox [checked]="chosen().includes(kind)" (change)="toggle(kind, $event.checked)">
                  {{ texts.word('webhooks.events', kind) }}
                </mat-checkbox>
              }
            </div>
          }
        </fieldset>
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close [disabled]="busy()">{{ texts.t('core.cancel') }}</button>
        <button matButton="filled" type="submit" [disabled]="busy() || !complete()">
          {{ texts.t(data ? 'webhooks.save' : 'webhooks.make') }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field,
    mat-checkbox,
    mat-radio-button {
      display: block;
    }
    mat-form-field {
      margin-bottom: 8px;
    }
    fieldset {
      margin: 8px 0 16px;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      font-weight: 600;
    }
    .kinds {
      padding-left: 32px;
    }
  `,
})
export class WebhookDialog {
  protected readonly data = inject<{ webhook: Webhook; etag: string | null } | null>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<WebhookDialog, MadeWebhook>>(MatDialogRef);
  private readonly idempotencyKey = crypto.randomUUID();

  protected readonly kinds = KINDS;
  protected readonly name = signal(this.data?.webhook.name ?? '');
  protected readonly url = signal(this.data?.webhook.url ?? '');
  protected readonly all = signal(!this.data?.webhook.events);
  protected readonly chosen = signal<readonly Kind[]>(
    KINDS.filter((kind) => this.data?.webhook.events?.includes(kind) ?? false),
  );
  protected readonly complete = computed(
    () => this.name().trim() !== '' && this.url().trim() !== '' && (this.all() || this.chosen().length > 0),
  );
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected toggle(kind: Kind, on: boolean): void {
    this.chosen.update((chosen) => KINDS.filter((each) => (each === kind ? on : chosen.includes(each))));
  }

  protected async save(): Promise<void> {
    if (this.busy() || !this.complete()) {
      return;
    }
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await this.send());
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }

  private async send(): Promise<MadeWebhook> {
    const body = {
      name: this.name().trim(),
      url: this.url().trim(),
      events: this.all() ? null : [...this.chosen()],
    };
    if (!this.data) {
      return (await this.api.platform('post', '/v1/webhooks', { body, idempotencyKey: this.idempotencyKey })).body;
    }
    const { webhook, etag } = this.data;
    const path = { webhook_id: webhook.webhook_id };
    return (await this.api.platform('patch', '/v1/webhooks/{webhook_id}', { path, body, ifMatch: etag })).body;
  }
}
