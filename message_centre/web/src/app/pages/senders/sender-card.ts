import { ChangeDetectionStrategy, Component, OnInit, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Answer, Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Chip, Tone } from '@shared/chip';
import { CopyButton } from '@shared/copy-button';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';

type CheckedSender = Answer<'/v1/senders/{domain}', 'get'>;
type RecordState = CheckedSender['records'][number]['state'];

const TONES: Record<RecordState, Tone> = { found: 'good', missing: 'bad', different: 'bad', unknown: 'neutral' };

/** One domain: whether mail may be from it, and the DNS records that it needs, looked up while one waits. */
@Component({
  selector: 'mc-sender-card',
  imports: [Chip, CopyButton, MatButton, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './sender-card.html',
  styleUrl: './sender-card.scss',
})
export class SenderCard implements OnInit {
  readonly domain = input.required<string>();

  private readonly api = inject(Api);
  protected readonly texts = inject(Texts);
  protected readonly sender = signal<CheckedSender | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly busy = signal(false);
  protected readonly tones = TONES;
  protected readonly good = computed(() => {
    const sender = this.sender();
    return sender?.verified === true && sender.dkim_status === 'SUCCESS' && sender.dkim_signing;
  });
  protected readonly wanting = computed(
    () => this.sender()?.records.filter(({ state }) => state === 'missing' || state === 'different').length ?? 0,
  );

  ngOnInit(): void {
    void this.look();
  }

  protected async look(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const { body } = await this.api.platform('get', '/v1/senders/{domain}', { path: { domain: this.domain() } });
      this.sender.set(body);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
