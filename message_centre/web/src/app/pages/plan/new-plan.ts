import { ChangeDetectionStrategy, Component, OnInit, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';

import { Api } from '@core/api/api';
import type { Plan } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';

/** Begins a plan of a recipient file, a template or a campaign, and leads to it. */
@Component({
  selector: 'mc-new-plan',
  imports: [ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="make()" />
    } @else {
      <mc-skeleton [count]="6" [height]="28" />
    }
  `,
})
export default class NewPlan implements OnInit {
  /** From the address, each optional: `file`, `template` or `campaign`. */
  readonly file = input<string>();
  readonly template = input<string>();
  readonly campaign = input<string>();

  private readonly api = inject(Api);
  private readonly formats = inject(Formats);
  private readonly router = inject(Router);
  private readonly texts = inject(Texts);
  private readonly idempotencyKey = crypto.randomUUID();
  protected readonly problem = signal<Problem | null>(null);

  ngOnInit(): void {
    void this.make();
  }

  protected async make(): Promise<void> {
    this.problem.set(null);
    const campaign = this.campaign();
    const name = this.texts.t('core.newCampaignName', { date: this.formats.date(new Date().toISOString()) });
    try {
      const { body: plan } = await this.api.call<Plan>('post', '/plans', {
        body: campaign ? { from_campaign_id: campaign } : { name },
        idempotencyKey: this.idempotencyKey,
      });
      const change = {
        ...(this.file() ? { audience: { file_id: this.file() } } : {}),
        ...(this.template() ? { content: { template_id: this.template() } } : {}),
      };
      if (Object.keys(change).length) {
        await this.api.call<Plan>('patch', '/plans/{plan_id}', { path: { plan_id: plan.plan_id }, body: change });
      }
      const step = this.file() ? 'content' : 'audience';
      await this.router.navigate(['/plans', plan.plan_id, step], { replaceUrl: true });
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }
}
