import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { Plus, Webhook as WebhookIcon } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Api } from '@core/api/api';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Icon } from '@shared/icon';
import { Listing } from '@shared/listing';
import { ShowSecret } from '../secret-dialog';
import { MadeWebhook, WebhookDialog } from './webhook-dialog';
import { Webhook, conditionOf } from './webhook-state';

/** Endpoints of other programs that are told what happens. */
@Component({
  selector: 'mc-webhooks-page',
  imports: [Cell, Chip, Icon, Listing, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './webhooks-page.html',
  styleUrl: '../lists.scss',
})
export default class WebhooksPage {
  private readonly api = inject(Api);
  private readonly dialog = inject(MatDialog);
  private readonly router = inject(Router);
  private readonly secret = inject(ShowSecret);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly icons = { Plus, WebhookIcon };
  protected readonly condition = conditionOf;
  protected readonly identify = (webhook: Webhook): string => webhook.webhook_id;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'name', header: this.texts.t('webhooks.name'), width: 'minmax(0, 3fr)' },
    { key: 'state', header: this.texts.t('webhooks.state'), width: 'minmax(130px, 1.2fr)' },
    { key: 'events', header: this.texts.t('webhooks.tells'), width: 'minmax(0, 1.2fr)', wideOnly: true },
    { key: 'last', header: this.texts.t('webhooks.lastDelivered'), width: 'minmax(0, 1.2fr)', wideOnly: true },
  ]);
  protected readonly list = new CursorList<Webhook>(async (cursor, signal) => {
    const query = { limit: 50, ...(cursor ? { cursor } : {}) };
    return (await this.api.platform('get', '/v1/webhooks', { query, signal })).body;
  });

  constructor() {
    void this.list.restart();
  }

  protected events({ events }: Webhook): string {
    return events ? this.texts.t('webhooks.kinds', { count: events.length }) : this.texts.t('webhooks.everything');
  }

  protected async make(): Promise<void> {
    const dialog = this.dialog.open<WebhookDialog, null, MadeWebhook>(WebhookDialog, { data: null, width: '560px' });
    const made = await firstValueFrom(dialog.afterClosed());
    if (made) {
      await this.secret.show(this.texts.t('webhooks.secretOf', { name: made.name }), made.secret ?? null);
      await this.router.navigate(['/webhooks', made.webhook_id]);
    }
  }
}
