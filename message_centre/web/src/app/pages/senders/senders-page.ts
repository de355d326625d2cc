import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { AtSign } from 'lucide';

import { Api } from '@core/api/api';
import type { Sender } from '@core/api/documents';
import { Texts } from '@core/i18n/texts';
import { EmptyState } from '@shared/empty-state';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { SenderCard } from './sender-card';

/** The domains that mail may be from, each with what its DNS says. */
@Component({
  selector: 'mc-senders-page',
  imports: [EmptyState, ProblemPanel, SenderCard, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="mc-page">
      <header class="mc-page-head">
        <div>
          <h1>{{ texts.t('senders.title') }}</h1>
          <p>{{ texts.t('senders.lead') }}</p>
        </div>
      </header>
      @if (senders.problem(); as problem) {
        <mc-problem [problem]="problem" (retry)="senders.reload()" />
      }
      @if (senders.value(); as list) {
        @for (sender of list; track sender.domain) {
          <mc-sender-card class="mc-card" [domain]="sender.domain" />
        } @empty {
          <mc-empty [icon]="icon" [title]="texts.t('senders.none')" [text]="texts.t('senders.noneText')" />
        }
      } @else if (!senders.problem()) {
        <mc-skeleton [count]="6" [height]="28" />
      }
    </div>
  `,
})
export default class SendersPage {
  private readonly api = inject(Api);
  protected readonly texts = inject(Texts);
  protected readonly icon = AtSign;
  protected readonly senders = new Loaded<readonly Sender[]>(
    async (signal) => (await this.api.platform('get', '/v1/senders', { signal })).body.items,
  );

  constructor() {
    void this.senders.reload();
  }
}
