import { ChangeDetectionStrategy, Component, effect, inject, input, untracked } from '@angular/core';

import { Api } from '@core/api/api';
import type { Message } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { Loaded } from '@shared/loaded';
import { messageTone } from '@shared/message-tone';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';

/** The life of one message: what happened to it and when, and every event behind that. */
@Component({
  selector: 'mc-message-history',
  imports: [Chip, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './message-history.html',
  styleUrl: './message-history.scss',
})
export class MessageHistory {
  readonly messageId = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly messageTone = messageTone;
  private readonly api = inject(Api);
  protected readonly message = new Loaded<Pick<Message, 'status' | 'reason' | 'history' | 'events'>>(async (signal) => {
    const path = { message_id: this.messageId() };
    return (await this.api.platform('get', '/v1/messages/{message_id}', { path, signal })).body;
  });

  constructor() {
    effect(() => {
      this.messageId();
      untracked(() => void this.message.reload());
    });
  }
}
