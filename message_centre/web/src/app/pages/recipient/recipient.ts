import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { MailX } from 'lucide';

import { Api } from '@core/api/api';
import type { ReceivedMessage } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Names } from '@core/names';
import { PageTitle } from '@core/page-title';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Listing } from '@shared/listing';
import { messageTone } from '@shared/message-tone';
import { HistoryDialog } from '../messages/history-dialog';

/** Every mail that one address got. */
@Component({
  selector: 'mc-recipient',
  imports: [Cell, Chip, Listing],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './recipient.html',
  styles: `
    .open {
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      font: inherit;
      font-weight: 600;
      text-align: start;
      cursor: pointer;
    }
    .open:hover {
      text-decoration: underline;
    }
    .small {
      display: block;
      font-size: 0.8125rem;
    }
    h1 {
      overflow-wrap: anywhere;
    }
  `,
})
export default class RecipientPage {
  readonly address = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly api = inject(Api);
  private readonly dialog = inject(MatDialog);
  private readonly names = inject(Names);

  protected readonly icons = { MailX };
  protected readonly messageTone = messageTone;
  protected readonly columns = computed<Column[]>(() => {
    const { t } = this.texts;
    return [
      { key: 'kind', header: t('campaign.recipient.kind'), width: 'minmax(0, 2fr)' },
      { key: 'status', header: t('campaign.recipient.state'), width: 'minmax(120px, 1fr)' },
      { key: 'when', header: t('campaign.recipient.when'), width: 'minmax(0, 1.2fr)', wideOnly: true },
      { key: 'activity', header: t('campaign.recipient.activity'), width: '150px', end: true, wideOnly: true },
    ];
  });
  protected readonly identify = (message: ReceivedMessage): string => message.message_id;
  protected readonly messages = new CursorList<ReceivedMessage>(async (cursor, signal) => {
    const { body } = await this.api.platform('get', '/v1/recipients/{address}/messages', {
      path: { address: this.address() },
      query: { limit: 50, cursor: cursor ?? undefined },
      signal,
    });
    const campaigns = body.items.filter(({ kind }) => kind === 'campaign');
    void this.names.find(campaigns.map(({ campaign_id: id }) => ({ kind: 'campaigns', id })));
    return body;
  });
  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      title.subject.set(this.address());
      untracked(() => void this.messages.restart());
    });
  }

  /** The campaign's name, once it is known; what kind of mail it was till then and for others. */
  protected nameOf(message: ReceivedMessage): string {
    return this.names.of('campaigns', message.campaign_id) ?? this.texts.word('campaign.recipient', message.kind);
  }

  protected show(message: ReceivedMessage): void {
    this.dialog.open(HistoryDialog, { data: { ...message, address: this.address() }, width: '560px' });
  }
}
