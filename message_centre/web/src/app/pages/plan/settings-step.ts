import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';

import { Api } from '@core/api/api';
import type { Sender, TemplateVersion } from '@core/api/documents';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { draftRender } from '../templates/draft-render';
import { Audience } from './audience';
import { InboxPreview } from './inbox-preview';
import { PaceSection } from './pace-section';
import { PlanStore } from './plan-store';
import { SUBJECT_ON_PHONES, hints, visibleLength } from './subject-hints';
import { StepFoot } from './step-foot';
import { TimingSection } from './timing-section';

/** From whom, with which subject, when and how fast. */
@Component({
  selector: 'mc-settings-step',
  imports: [
    Chip,
    InboxPreview,
    MatAutocompleteModule,
    MatFormFieldModule,
    MatInput,
    PaceSection,
    ProblemPanel,
    RouterLink,
    StepFoot,
    TimingSection,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './settings-step.html',
  styleUrls: ['./choices.scss', './settings-step.scss'],
})
export default class SettingsStep {
  private readonly api = inject(Api);
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);

  protected readonly settings = computed(() => this.store.plan()?.settings ?? null);
  protected readonly senders = new Loaded<readonly Sender[]>(
    async (signal) => (await this.api.platform('get', '/v1/senders', { signal })).body.items,
  );
  private readonly version = signal<TemplateVersion | null>(null);
  private readonly audience = inject(Audience);

  protected readonly domain = computed(() => this.settings()?.from_address?.split('@')[1]?.toLowerCase() ?? null);
  protected readonly sender = computed(() => {
    const domain = this.domain();
    const known = this.senders.value();
    return domain && known
      ? (known.find((each) => domain === each.domain || domain.endsWith(`.${each.domain}`)) ?? null)
      : null;
  });
  protected readonly foreign = computed(
    () => this.domain() !== null && this.senders.value() !== null && this.sender() === null,
  );
  /** Domains that mail can be sent from; null: none is known. */
  protected readonly domains = computed(() => {
    const names = (this.senders.value() ?? []).filter(({ verified }) => verified).map(({ domain }) => domain);
    return names.length ? names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '') : null;
  });
  protected readonly proposals = computed(() =>
    (this.senders.value() ?? []).flatMap(({ domain }) => ['news', 'hello', 'info'].map((name) => `${name}@${domain}`)),
  );
  protected readonly subject = computed(() => this.settings()?.subject ?? this.version()?.subject ?? '');
  protected readonly preheader = computed(() => this.settings()?.preheader ?? this.version()?.preheader ?? '');
  protected readonly shownSubject = computed(() => draftRender(this.subject(), false));
  protected readonly shownPreheader = computed(() => draftRender(this.preheader(), false));
  protected readonly length = computed(() => visibleLength(this.shownSubject()));
  protected readonly hints = computed(() =>
    hints(this.shownSubject(), this.shownPreheader()).map((hint) => this.texts.word('plan.hints', hint)),
  );
  protected readonly onPhones = SUBJECT_ON_PHONES;
  protected readonly from = computed(
    () => this.settings()?.from_name ?? this.settings()?.from_address ?? this.texts.t('plan.noSender'),
  );
  protected readonly zonesInFile = computed(() => {
    return this.audience.ready() ? this.audience.fields().includes('timezone') : null;
  });

  constructor() {
    void this.senders.reload();
    effect(() => {
      const { template_id: templateId, version } = this.store.plan()?.content ?? {};
      untracked(() => void this.loadVersion(templateId ?? null, version ?? null));
    });
  }

  protected set(name: 'from_address' | 'from_name' | 'reply_to' | 'subject' | 'preheader', value: string): void {
    const text = value.trim();
    this.store.edit({ settings: { [name]: text || null } });
  }

  private async loadVersion(templateId: string | null, version: number | null): Promise<void> {
    const known = this.version();
    if (templateId === null || (known?.template_id === templateId && known.version === version)) {
      return;
    }
    try {
      const path = { template_id: templateId };
      const { body } =
        version === null
          ? await this.api.platform('get', '/v1/templates/{template_id}', { path })
          : await this.api.platform('get', '/v1/templates/{template_id}/versions/{version}', {
              path: { ...path, version },
            });
      this.version.set(body);
    } catch {
      // Subject and preheader then stay empty here; the content step says what is wrong.
    }
  }
}
