import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { Router, RouterLink } from '@angular/router';
import { FileText, Plus } from 'lucide';
import { firstValueFrom } from 'rxjs';

import { Api } from '@core/api/api';
import type { Template } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Chip } from '@shared/chip';
import { CursorList } from '@shared/cursor-list';
import { Cell } from '@shared/data-table/cell';
import { Column } from '@shared/data-table/data-table';
import { Icon } from '@shared/icon';
import { Listing } from '@shared/listing';
import { SearchField } from '@shared/search-field';
import { draftRender } from './draft-render';
import { NewTemplateDialog } from './new-template-dialog';
import { templateTone } from './template-state';

/** All templates. */
@Component({
  selector: 'mc-templates-page',
  imports: [Cell, Chip, Icon, Listing, MatButton, MatFormFieldModule, MatSelectModule, RouterLink, SearchField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './templates-page.html',
  styleUrl: '../lists.scss',
})
export default class TemplatesPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);
  private readonly session = inject(Session);
  /** A subject with its fields by their names, as people write it and not as it is kept. */
  protected readonly inWords = (subject: string): string => draftRender(subject, false);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);

  protected readonly tone = templateTone;
  protected readonly plusIcon = Plus;
  protected readonly fileIcon = FileText;
  protected readonly name = signal('');
  protected readonly archived = signal<'false' | 'true'>('false');
  protected readonly filtered = computed(() => this.name() !== '' || this.archived() === 'true');
  protected readonly mayWrite = computed(() => this.session.may('author'));
  protected readonly identify = (template: Template): string => template.template_id;
  protected readonly columns = computed<Column[]>(() => [
    { key: 'name', header: this.texts.t('templates.name'), width: 'minmax(0, 3fr)' },
    { key: 'state', header: this.texts.t('templates.state'), width: 'minmax(120px, 1.2fr)' },
    { key: 'version', header: this.texts.t('templates.version'), width: '80px', end: true, wideOnly: true },
    { key: 'changed', header: this.texts.t('templates.changed'), width: 'minmax(0, 1.4fr)', wideOnly: true },
  ]);
  protected readonly list = new CursorList<Template>(async (cursor, signal) => {
    const query = {
      limit: 50,
      archived: this.archived(),
      ...(cursor ? { cursor } : {}),
      ...(this.name() ? { name: this.name() } : {}),
    };
    return (await this.api.platform('get', '/v1/templates', { query, signal })).body;
  });

  constructor() {
    effect(() => {
      this.name();
      this.archived();
      untracked(() => void this.list.restart());
    });
  }

  protected clear(): void {
    this.name.set('');
    this.archived.set('false');
  }

  protected async make(): Promise<void> {
    const dialog = this.dialog.open<NewTemplateDialog, undefined, string>(NewTemplateDialog, {
      width: '900px',
      maxWidth: '96vw',
    });
    const made = await firstValueFrom(dialog.afterClosed());
    if (made) await this.router.navigate(['/templates', made]);
  }
}
