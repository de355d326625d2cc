import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { ArrowLeft } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Api } from '@core/api/api';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PageTitle } from '@core/page-title';
import { Chip } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { CopyButton } from '@shared/copy-button';
import { Icon } from '@shared/icon';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { ShowSecret } from '../secret-dialog';
import { DeliveryLog } from './delivery-log';
import { MadeWebhook, WebhookDialog } from './webhook-dialog';
import { Webhook, conditionOf } from './webhook-state';

/** How many waiting deliveries are counted before something is done that concerns them. */
const COUNTED = 100;

/** One endpoint: where it is, how it has been answering, and what was delivered to it. */
@Component({
  selector: 'mc-webhook-page',
  imports: [Chip, CopyButton, DeliveryLog, Icon, MatButton, ProblemPanel, RouterLink, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './webhook-page.html',
  styleUrl: './webhook-page.scss',
})
export default class WebhookPage {
  /** From the route. */
  readonly id = input.required<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);
  private readonly confirm = inject(Confirm);
  private readonly secret = inject(ShowSecret);
  private readonly title = inject(PageTitle);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly backIcon = ArrowLeft;
  protected readonly loaded = new Loaded(async (signal) => {
    const path = { webhook_id: this.id() };
    return this.api.platform('get', '/v1/webhooks/{webhook_id}', { path, signal });
  });
  protected readonly webhook = computed(() => this.loaded.value()?.body ?? null);
  protected readonly condition = computed(() => {
    const webhook = this.webhook();
    return webhook && conditionOf(webhook);
  });
  /** Why a step that takes no confirmation did not go through. */
  protected readonly problem = signal<Problem | null>(null);
  protected readonly busy = signal(false);

  constructor() {
    effect(() => {
      this.id();
      untracked(() => void this.loaded.reload());
    });
    effect(() => {
      this.title.subject.set(this.webhook()?.name ?? '');
    });
  }

  protected events({ events }: Webhook): string {
    return events
      ? events.map((kind) => this.texts.word('webhooks.events', kind)).join(', ')
      : this.texts.t('webhooks.everything');
  }

  protected async test(log: DeliveryLog): Promise<void> {
    await this.step(async (path) => {
      await this.api.platform('post', '/v1/webhooks/{webhook_id}/test', { path, idempotencyKey: crypto.randomUUID() });
      await log.reload();
    });
  }

  protected async enable(log: DeliveryLog): Promise<void> {
    await this.step(async (path, ifMatch) => {
      await this.api.platform('post', '/v1/webhooks/{webhook_id}/enable', { path, ifMatch });
      await Promise.all([this.loaded.reload(), log.reload()]);
    });
  }

  protected async change(): Promise<void> {
    const webhook = this.webhook();
    if (!webhook) return;
    const data = { webhook, etag: this.loaded.value()?.etag ?? null };
    const dialog = this.dialog.open<WebhookDialog, typeof data, MadeWebhook>(WebhookDialog, { data, width: '560px' });
    await firstValueFrom(dialog.afterClosed());
    await this.loaded.reload(); // also when nothing came of it: somebody else may have changed it
  }

  protected async rotate(): Promise<void> {
    const webhook = this.webhook();
    if (!webhook) return;
    const idempotencyKey = crypto.randomUUID();
    const again = webhook.previous_secret_until;
    const issued: (string | null)[] = [];
    await this.confirm.ask({
      title: this.texts.t('webhooks.rotateTitle', { name: webhook.name }),
      text: this.texts.t('webhooks.rotateText'),
      facts: again ? [this.texts.t('webhooks.rotateAgain', { when: this.formats.dateTime(again) })] : [],
      action: this.texts.t('webhooks.rotate'),
      destructive: again !== null,
      run: async () => {
        const options = { path: { webhook_id: webhook.webhook_id }, ifMatch: this.etag(), idempotencyKey };
        const { body } = await this.api.platform('post', '/v1/webhooks/{webhook_id}/rotate-secret', options);
        issued.push(body.secret);
      },
    });
    if (issued.length) {
      await this.secret.show(this.texts.t('webhooks.secretOf', { name: webhook.name }), issued[0] ?? null);
    }
    await this.loaded.reload();
  }

  protected async disable(): Promise<void> {
    const webhook = this.webhook();
    if (!webhook) return;
    await this.confirm.ask({
      title: this.texts.t('webhooks.disableTitle', { name: webhook.name }),
      text: this.texts.t('webhooks.disableText'),
      facts: await this.waiting('webhooks.waitingStays'),
      action: this.texts.t('webhooks.disable'),
      run: () =>
        this.api.platform('post', '/v1/webhooks/{webhook_id}/disable', {
          path: { webhook_id: webhook.webhook_id },
          ifMatch: this.etag(),
        }),
    });
    await this.loaded.reload();
  }

  protected async remove(): Promise<void> {
    const webhook = this.webhook();
    if (!webhook) return;
    const done = await this.confirm.ask({
      title: this.texts.t('webhooks.removeTitle', { name: webhook.name }),
      text: this.texts.t('webhooks.removeText', { url: webhook.url }),
      facts: [...(await this.waiting('webhooks.waitingGoes')), this.texts.t('webhooks.removeRather')],
      action: this.texts.t('webhooks.remove'),
      destructive: true,
      run: () =>
        this.api.platform('delete', '/v1/webhooks/{webhook_id}', {
          path: { webhook_id: webhook.webhook_id },
          ifMatch: this.etag(),
        }),
    });
    if (done) await this.router.navigate(['/webhooks']);
    else await this.loaded.reload();
  }

  private etag(): string | null {
    return this.loaded.value()?.etag ?? null;
  }

  /** What happens to the deliveries that wait, in a number; nothing when none does or nobody can tell. */
  private async waiting(text: 'webhooks.waitingStays' | 'webhooks.waitingGoes'): Promise<string[]> {
    try {
      const { body } = await this.api.platform('get', '/v1/webhooks/{webhook_id}/deliveries', {
        path: { webhook_id: this.id() },
        query: { state: 'waiting', limit: COUNTED },
      });
      const count = body.items.length;
      return count ? [this.texts.t(body.next ? `${text}More` : text, { count })] : [];
    } catch {
      return [];
    }
  }

  private async step(run: (path: { webhook_id: string }, ifMatch: string | null) => Promise<void>): Promise<void> {
    this.problem.set(null);
    this.busy.set(true);
    try {
      await run({ webhook_id: this.id() }, this.etag());
    } catch (cause) {
      this.problem.set(Problem.of(cause));
      await this.loaded.reload();
    } finally {
      this.busy.set(false);
    }
  }
}
