import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { MatDialog } from '@angular/material/dialog';
import { Send } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Api } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { DeliveryDialog, OpenedDelivery } from './delivery-dialog';
import { DELIVERY_TONES, Delivery, answerOf } from './webhook-state';

/** Milliseconds between two looks at what is about to be delivered. */
const LOOK = 3_000;
/** A delivery whose next attempt is further off, in milliseconds, is not looked at. */
const SOON = 60_000;

/** What was and is to be delivered to an endpoint. */
@Component({
  selector: 'mc-delivery-log',
  imports: [Cell, Chip, Listing, MatButton, MatButtonToggle, MatButtonToggleGroup],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="mc-card-head">
      <div>
        <h2>{{ texts.t('webhooks.log') }}</h2>
        <p class="mc-muted">{{ texts.t('webhooks.logText') }}</p>
      </div>
      <mat-button-toggle-group
        hideSingleSelectionIndicator
        [value]="state()"
        (change)="state.set($event.value)"
        [attr.aria-label]="texts.t('webhooks.show')"
      >
        <mat-button-toggle value="">{{ texts.t('webhooks.all') }}</mat-button-toggle>
        @for (each of states; track each) {
          <mat-button-toggle [value]="each">{{ texts.word('webhooks.deliveryStates', each) }}</mat-button-toggle>
        }
      </mat-button-toggle-group>
    </div>
    <mc-listing
      [list]="list"
      [columns]="columns()"
      [identify]="identify"
      [label]="texts.t('webhooks.log')"
      [icon]="icon"
      [none]="texts.t('webhooks.noDeliveries')"
      [noneText]="texts.t('webhooks.noDeliveriesText')"
      [filtered]="state() !== ''"
      [noMatch]="texts.t('webhooks.noMatch')"
      (showAll)="state.set('')"
    >
      <ng-template mcCell="event" [mcCellOf]="list.items()" let-delivery>
        <span class="name">{{ texts.word('webhooks.events', delivery.event_type) }}</span>
        <span class="mc-muted small" [title]="formats.exact(delivery.created_at)">
          {{ formats.dateTime(delivery.created_at) }}
        </span>
      </ng-template>
      <ng-template mcCell="state" [mcCellOf]="list.items()" let-delivery>
        <mc-chip [tone]="tones[delivery.state]">{{ texts.word('webhooks.deliveryStates', delivery.state) }}</mc-chip>
      </ng-template>
      <ng-template mcCell="answer" [mcCellOf]="list.items()" let-delivery>
        {{ answer(delivery) }}
        @if (delivery.state === 'waiting' && delivery.attempts_made && delivery.next_attempt_at; as next) {
          <span class="mc-muted small">{{ texts.t('webhooks.next', { when: formats.relative(next) }) }}</span>
        } @else if (delivery.attempts_made > 1) {
          <span class="mc-muted small">{{ texts.t('webhooks.attempts', { count: delivery.attempts_made }) }}</span>
        }
      </ng-template>
      <ng-template mcCell="buttons" [mcCellOf]="list.items()" let-delivery>
        <button
          matButton
          type="button"
          [attr.aria-label]="
            texts.t('webhooks.lookAt', {
              event: texts.word('webhooks.events', delivery.event_type),
              when: formats.dateTime(delivery.created_at),
            })
          "
          (click)="open(delivery)"
        >
          {{ texts.t('webhooks.look') }}
        </button>
      </ng-template>
    </mc-listing>
  `,
  styleUrl: '../lists.scss',
  styles: `
    p {
      margin: 2px 0 0;
    }
  `,
})
export class DeliveryLog {
  readonly webhookId = input.required<string>();
  /** Whether the endpoint is enabled. */
  readonly enabled = input.required<boolean>();
  /** A delivery was ordered again, or came to its end. */
  readonly changed = output();

  private readonly api = inject(Api);
  private readonly dialog = inject(MatDialog);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly icon = Send;
  protected readonly tones = DELIVERY_TONES;
  protected readonly states = ['delivered', 'waiting', 'failed'] as const;
  protected readonly state = signal<'' | Delivery['state']>('');
  protected readonly identify = (delivery: Delivery): string => delivery.delivery_id;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'event', header: this.texts.t('webhooks.event'), width: 'minmax(0, 2fr)' },
    { key: 'state', header: this.texts.t('webhooks.state'), width: '120px' },
    { key: 'answer', header: this.texts.t('webhooks.answer'), width: 'minmax(0, 1.4fr)', wideOnly: true },
    { key: 'buttons', header: this.texts.t('webhooks.actions'), width: '90px', end: true },
  ]);
  protected readonly list = new CursorList<Delivery>(async (cursor, signal) => {
    const state = this.state();
    const query = { limit: 50, ...(cursor ? { cursor } : {}), ...(state ? { state } : {}) };
    const path = { webhook_id: this.webhookId() };
    return (await this.api.platform('get', '/v1/webhooks/{webhook_id}/deliveries', { path, query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.webhookId();
      this.state();
      untracked(() => void this.list.restart());
    });
    const look = setInterval(() => {
      if (!document.hidden) void this.renew();
    }, LOOK);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(look);
    });
  }

  reload(): Promise<void> {
    return this.list.restart();
  }

  protected answer(delivery: Delivery): string {
    return answerOf({ status: delivery.last_status, error: delivery.last_error }, this.texts);
  }

  protected async open(delivery: Delivery): Promise<void> {
    const dialog = this.dialog.open<DeliveryDialog, OpenedDelivery, boolean>(DeliveryDialog, {
      data: { delivery, enabled: this.enabled() },
      width: '680px',
    });
    if (await firstValueFrom(dialog.afterClosed())) {
      await this.list.restart();
      this.changed.emit();
    }
  }

  /** Asks what became of what was about to be delivered. */
  private async renew(): Promise<void> {
    const soon = (delivery: Delivery): boolean =>
      delivery.state === 'waiting' && Date.parse(delivery.next_attempt_at ?? '') < Date.now() + SOON;
    const ended: string[] = [];
    await this.list.renew(soon, async ({ webhook_id, delivery_id }) => {
      const options = { path: { webhook_id, delivery_id } };
      const operation = '/v1/webhooks/{webhook_id}/deliveries/{delivery_id}' as const;
      const { body } = await this.api.platform('get', operation, options);
      if (body.state !== 'waiting') ended.push(delivery_id);
      return body;
    });
    if (ended.length) this.changed.emit();
  }
}
