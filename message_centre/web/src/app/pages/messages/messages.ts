import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { Router } from '@angular/router';
import { Download, Search, Users } from 'lucide';

import { Api } from '@core/api/api';
import type { CampaignMessage, MessageStatus } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column, DataTable } from '@shared/data-table/data-table';
import { EmptyState } from '@shared/empty-state';
import { Icon } from '@shared/icon';
import { STATUSES, messageTone } from '@shared/message-tone';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { ExportDialog } from '../campaign/export-dialog';
import { FollowedCampaign } from '../campaign/followed-campaign';
import { HistoryDialog } from './history-dialog';

/** As many as the API gives at once. */
const PAGE = 200;

/** Subtypes of bounces that say no more than the type. */
const SAYS_NOTHING = new Set(['General', 'Undetermined']);

/** A whole address is looked up at once; anything else is what addresses begin with. */
function sought(find: string): { address?: string; address_prefix?: string } {
  if (!find) {
    return {};
  }
  return /^[^@]+@[^@]+\.\w{2,}$/.test(find) ? { address: find } : { address_prefix: find };
}

/** The recipients of a campaign and what became of each one's mail; more are loaded as the list is scrolled. */
@Component({
  selector: 'mc-messages',
  imports: [
    Cell,
    Chip,
    DataTable,
    EmptyState,
    FormsModule,
    Icon,
    MatButton,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    ProblemPanel,
    Skeleton,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './messages.html',
  styleUrl: './messages.scss',
})
export default class MessagesPage {
  readonly campaign_id = input.required<string>();
  readonly status = input<MessageStatus | null, string | undefined>(null, {
    transform: (value) => STATUSES.find((status) => status === value) ?? null,
  });

  readonly find = input('', { transform: (value: string | undefined) => value ?? '' });

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly followed = inject(FollowedCampaign);
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);

  protected readonly icons = { Download, Search, Users };
  protected readonly statuses = STATUSES;
  protected readonly messageTone = messageTone;
  protected readonly typed = signal('');
  protected readonly columns = computed<Column[]>(() => {
    const { t } = this.texts;
    return [
      { key: 'address', header: t('campaign.messages.address'), width: 'minmax(0, 2.2fr)' },
      { key: 'status', header: t('campaign.messages.state'), width: 'minmax(148px, 1fr)' },
      { key: 'when', header: t('campaign.messages.when'), width: 'minmax(0, 1.1fr)', wideOnly: true },
      { key: 'opens', header: t('campaign.messages.opens'), width: '80px', end: true, wideOnly: true },
      { key: 'clicks', header: t('campaign.messages.clicks'), width: '80px', end: true, wideOnly: true },
      { key: 'reason', header: t('campaign.messages.reason'), width: 'minmax(0, 1.4fr)', wideOnly: true },
    ];
  });
  protected readonly identify = (message: CampaignMessage): string => message.message_id;
  /** How many rows the list has in all; with a filter, as many as the statistics say. */
  protected readonly total = computed(() => {
    const totals = this.followed.statistics.value()?.totals;
    const status = this.status();
    if (this.find()) {
      return -1;
    }
    return (status ? totals?.by_status[status] : this.followed.planned()) ?? -1;
  });

  private waiting: ReturnType<typeof setTimeout> | undefined;

  protected readonly messages = new CursorList<CampaignMessage>(async (cursor, signal) => {
    const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/messages', {
      path: { campaign_id: this.campaign_id() },
      query: { limit: PAGE, cursor: cursor ?? undefined, status: this.status() ?? undefined, ...sought(this.find()) },
      signal,
    });
    return body;
  });

  constructor() {
    effect(() => {
      this.campaign_id();
      this.status();
      const find = this.find();
      untracked(() => {
        this.typed.set(find);
        void this.messages.restart();
      });
    });
  }

  protected filter(wanted: MessageStatus | 'all'): Promise<boolean> {
    const status = wanted === 'all' ? null : wanted;
    return this.router.navigate([], { queryParams: { status }, queryParamsHandling: 'merge', replaceUrl: true });
  }

  /** Searches when the person pauses. */
  protected search(text: string): void {
    this.typed.set(text);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const queryParams = { find: text.trim() || null };
      void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
    }, 300);
  }

  protected show(message: CampaignMessage): void {
    this.dialog.open(HistoryDialog, { data: message, width: '560px' });
  }

  protected order(): void {
    this.dialog.open(ExportDialog, { data: this.campaign_id(), width: '480px' });
  }

  /** The latest thing that is known of it. */
  protected last(message: CampaignMessage): string | null {
    const { unsubscribed_at, complained_at, bounced_at, delivered_at, accepted_at, created_at } = message;
    return unsubscribed_at ?? complained_at ?? bounced_at ?? delivered_at ?? accepted_at ?? created_at;
  }

  protected reason(message: CampaignMessage): string {
    const { reason, bounce_type, bounce_subtype } = message;
    if (reason) {
      return reason.replaceAll('_', ' ');
    }
    if (!bounce_type) {
      return '';
    }
    const type = this.texts.word('campaign.bounces', bounce_type);
    return bounce_subtype && !SAYS_NOTHING.has(bounce_subtype) ? `${type}: ${bounce_subtype}` : type;
  }
}
