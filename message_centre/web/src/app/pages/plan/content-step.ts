import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';

import { Api } from '@core/api/api';
import type { Plan, Template, TemplateVersion } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { CursorList } from '@shared/cursor-list';
import { ProblemPanel } from '@shared/problem-panel';
import { SearchField } from '@shared/search-field';
import { Skeleton } from '@shared/skeleton';
import { type Beginning, DesignGallery } from '../mail-design/design-gallery';
import { GIVEN, MailEditor } from '../templates/mail-editor';
import { draftRender } from '../templates/draft-render';
import type { Rendered } from '../templates/mail-preview';
import { RecipientStepper } from '../templates/recipient-stepper';
import { TemplateStore } from '../templates/template-store';
import { Audience } from './audience';
import { PlanStore } from './plan-store';
import { StepFoot } from './step-foot';
import { TestSendDialog, TestSendOptions } from './test-send-dialog';

interface Sources {
  readonly html: string;
  readonly subject: string;
  readonly preheader: string;
}

type SavedPlan = Plan & { template_version: TemplateVersion };

/** What the mail says: a template as it is, or with changes of one's own, which never change the template. */
@Component({
  selector: 'mc-content-step',
  imports: [DesignGallery, MailEditor, MatButton, ProblemPanel, RecipientStepper, SearchField, Skeleton, StepFoot],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './content-step.html',
  styleUrls: ['./choices.scss', './content-step.scss'],
})
export default class ContentStep {
  private readonly api = inject(Api);
  private readonly dialog = inject(MatDialog);
  private readonly templates = inject(TemplateStore);
  protected readonly store = inject(PlanStore);
  protected readonly texts = inject(Texts);

  protected readonly inWords = (source: string): string => draftRender(source, false);
  protected readonly choosing = signal(false);
  protected readonly name = signal('');
  protected readonly problem = signal<Problem | null>(null);
  protected readonly saveProblem = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  /** The chosen version as the platform has it: what stands where the plan says nothing of its own. */
  private readonly version = signal<{ document: TemplateVersion; html: string } | null>(null);
  /** What the platform has of this plan's content. */
  private readonly saved = signal<Sources | null>(null);
  protected readonly verdict = signal<{ findings: readonly string[]; invalid: boolean }>({
    findings: [],
    invalid: false,
  });
  protected readonly rendered = signal<Rendered | null>(null);
  protected readonly renderProblem = signal<Problem | null>(null);
  protected readonly row = signal(1);
  private readonly editor = viewChild(MailEditor);

  private readonly plan = computed(() => this.store.plan());
  protected readonly templateId = computed(() => this.plan()?.content.template_id ?? null);
  private readonly wantedVersion = computed(() => this.plan()?.content.version ?? null);
  protected readonly begun = computed(() => this.templateId() !== null || (this.plan()?.content.html ?? null) !== null);
  private readonly audience = inject(Audience);
  protected readonly recipients = this.audience.recipients;
  protected readonly fileId = this.audience.fileId;
  protected readonly fields = computed(() => {
    const ofFile = this.audience.fields();
    return ofFile.length ? ofFile : (this.version()?.document.variables ?? []);
  });
  /** Fields that the mail needs of everybody and that no column gives: with them nobody can be mailed. */
  protected readonly unknownFields = computed(() => {
    const given = [...GIVEN, ...this.audience.fields()];
    const required = this.dirty() || !this.audience.ready() ? [] : (this.version()?.document.required_variables ?? []);
    return required.filter((name) => !given.includes(name));
  });
  /** Whether the sources can be shown: written here, or loaded. */
  protected readonly loaded = computed(() => (this.plan()?.content.html ?? null) !== null || this.version() !== null);
  protected readonly sources = computed<Sources>(() => {
    const plan = this.plan();
    const version = this.version();
    return {
      html: plan?.content.html ?? version?.html ?? '',
      subject: plan?.settings.subject ?? version?.document.subject ?? '',
      preheader: plan?.settings.preheader ?? version?.document.preheader ?? '',
    };
  });
  protected readonly dirty = computed(() => JSON.stringify(this.sources()) !== JSON.stringify(this.saved()));
  /** Whether a plain text that somebody wrote for the template is about to be replaced by one made from the HTML. */
  protected readonly ownText = computed(() => this.dirty() && this.version()?.document.text_generated === false);
  protected readonly list = new CursorList<Template>(async (cursor, signal) => {
    const query = {
      limit: 12,
      ...(cursor ? { cursor } : {}),
      ...(this.name() ? { name: this.name() } : {}),
    };
    return (await this.api.platform('get', '/v1/templates', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      const open = !this.begun() || this.choosing();
      this.name();
      if (open) {
        untracked(() => void this.list.restart());
      }
    });
    effect(() => {
      const [templateId, version] = [this.templateId(), this.wantedVersion()];
      if (templateId) {
        untracked(() => void this.load(templateId, version));
      }
    });
    effect(() => {
      this.audience.fileId();
      untracked(() => {
        this.row.set(1);
      });
    });
    effect(() => {
      this.row();
      this.recipients();
      if (this.saved() && this.version()) {
        untracked(() => void this.preview());
      }
    });
  }

  protected choose(template: Template): void {
    this.choosing.set(false);
    this.forget();
    this.store.edit({
      content: { template_id: template.template_id, version: template.version, html: null, text: null },
      settings: { subject: null, preheader: null },
    });
  }

  protected write({ html, subject, preheader }: Beginning): void {
    this.choosing.set(false);
    this.forget();
    const settings = this.plan()?.settings;
    this.store.edit({
      content: { template_id: null, version: null, html, text: null },
      settings: {
        subject: settings?.subject ?? (subject || null),
        preheader: settings?.preheader ?? (preheader || null),
      },
    });
  }

  protected editHtml(html: string): void {
    if (html !== this.sources().html) {
      this.store.edit({ content: { html } });
    }
  }

  protected editSubject(subject: string): void {
    if (subject !== this.sources().subject) {
      this.store.edit({ settings: { subject: subject || null } });
    }
  }

  protected editPreheader(preheader: string): void {
    if (preheader !== this.sources().preheader) {
      this.store.edit({ settings: { preheader: preheader || null } });
    }
  }

  /** Has the platform take the content as it stands, so that it can be shown as recipients get it. */
  protected async save(): Promise<boolean> {
    if (this.saving() || !this.store.editable()) {
      return false;
    }
    const sources = this.sources();
    this.saving.set(true);
    this.saveProblem.set(null);
    try {
      const { template_version: version } = await this.store.act<SavedPlan>('content');
      this.verdict.set({ findings: version.findings, invalid: version.status === 'invalid' });
      this.saved.set({ html: sources.html, subject: version.subject, preheader: version.preheader ?? '' });
      this.rendered.set(null);
      if (version.status !== 'ready') {
        return false;
      }
      this.version.set({ document: version, html: sources.html });
      await this.preview();
      return true;
    } catch (cause) {
      this.saveProblem.set(Problem.of(cause));
      return false;
    } finally {
      this.saving.set(false);
    }
  }

  /** Saves, and shows the mail with the data of a recipient. */
  protected async show(): Promise<void> {
    if (await this.save()) this.editor()?.look();
  }

  protected async test(): Promise<void> {
    if (this.dirty() && !(await this.save())) {
      return;
    }
    const data: TestSendOptions = { store: this.store, row: this.row(), recipients: this.recipients() };
    this.dialog.open(TestSendDialog, { data, width: '520px' });
  }

  protected async preview(): Promise<void> {
    const version = this.version()?.document;
    if (!version) {
      return;
    }
    const row = this.row();
    const fileId = this.recipients() > 0 ? this.audience.fileId() : null;
    this.renderProblem.set(null);
    try {
      const { body } = await this.api.platform('post', '/v1/templates/{template_id}/versions/{version}/preview', {
        path: { template_id: version.template_id, version: version.version },
        body: { stand_ins: true, ...(fileId ? { recipient: { file_id: fileId, row } } : {}) },
      });
      if (row === this.row() && version === this.version()?.document) {
        this.rendered.set(body);
      }
    } catch (cause) {
      this.renderProblem.set(Problem.of(cause));
    }
  }

  private async load(templateId: string, version: number | null): Promise<void> {
    if (this.saving()) {
      return; // the answer to what is being saved has the version
    }
    const known = this.version()?.document;
    if (known?.template_id === templateId && (version === null || known.version === version)) {
      return;
    }
    this.problem.set(null);
    try {
      const current =
        version ??
        (await this.api.platform('get', '/v1/templates/{template_id}', { path: { template_id: templateId } })).body
          .version;
      const path = { template_id: templateId, version: current };
      const [{ body: document }, html] = await Promise.all([
        this.api.platform('get', '/v1/templates/{template_id}/versions/{version}', { path }),
        this.templates.source(templateId, current),
      ]);
      if (templateId !== this.templateId()) {
        return;
      }
      const own = this.plan()?.content.html ?? null;
      this.verdict.set({ findings: document.findings, invalid: document.status === 'invalid' });
      this.saved.set({ html, subject: document.subject, preheader: document.preheader ?? '' });
      this.version.set({ document, html: own ?? html });
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  protected reload(): void {
    const templateId = this.templateId();
    if (templateId) {
      void this.load(templateId, this.wantedVersion());
    }
    void this.audience.watch.look();
  }

  private forget(): void {
    this.version.set(null);
    this.saved.set(null);
    this.rendered.set(null);
    this.verdict.set({ findings: [], invalid: false });
  }
}
