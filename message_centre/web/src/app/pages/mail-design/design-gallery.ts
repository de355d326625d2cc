import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { DomSanitizer } from '@angular/platform-browser';
import { CodeXml } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { frameDocument } from '../templates/dark-mode';
import { draftRender } from '../templates/draft-render';
import { generate } from './model/generate.ts';
import { writeSource } from './model/source.ts';
import { type StarterId, starters } from './starters/designs.ts';

/** What a new mail begins with. */
export interface Beginning {
  readonly id: StarterId | 'code';
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
}

const EMPTY_CODE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>News</title>
</head>
<body>
<p>Hello {{ first_name|default("there") }}</p>
<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
</body>
</html>
`;

/** The starter designs, each as it looks, and the way to write HTML oneself. */
@Component({
  selector: 'mc-design-gallery',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul [attr.aria-label]="texts.t('design.gallery')">
      @for (each of shown(); track each.starter.id) {
        <li [class.chosen]="selected() === each.starter.id">
          <div class="sheet" inert aria-hidden="true">
            <iframe sandbox="" tabindex="-1" title="" loading="lazy" [srcdoc]="each.document"></iframe>
          </div>
          <button
            type="button"
            [attr.aria-pressed]="selected() === null ? null : selected() === each.starter.id"
            (click)="pick(each.starter.id)"
          >
            <strong>{{ texts.word('templates.starter', each.starter.id) }}</strong>
            <span class="mc-muted">{{ texts.word('templates.starterText', each.starter.id) }}</span>
          </button>
        </li>
      }
      <li [class.chosen]="selected() === 'code'">
        <div class="sheet code" aria-hidden="true"><mc-icon [icon]="codeIcon" /></div>
        <button
          type="button"
          [attr.aria-pressed]="selected() === null ? null : selected() === 'code'"
          (click)="pick('code')"
        >
          <strong>{{ texts.t('templates.starter.code') }}</strong>
          <span class="mc-muted">{{ texts.t('templates.starterText.code') }}</span>
        </button>
      </li>
    </ul>
  `,
  styleUrl: './design-gallery.scss',
})
export class DesignGallery {
  /** The one that is chosen; null: choosing is doing. */
  readonly selected = input<Beginning['id'] | null>(null);
  readonly picked = output<Beginning>();

  protected readonly texts = inject(Texts);
  protected readonly codeIcon = CodeXml;
  private readonly sanitizer = inject(DomSanitizer);
  private readonly all = computed(() => starters(this.texts.language()));
  protected readonly shown = computed(() =>
    this.all().map((starter) => ({
      starter,
      // Trusted only with the frame's empty sandbox, as in the preview.
      document: this.sanitizer.bypassSecurityTrustHtml(
        frameDocument(draftRender(generate(starter.design), true), false),
      ),
    })),
  );

  /** The beginning of this name. */
  beginning(id: Beginning['id']): Beginning {
    const starter = this.all().find((each) => each.id === id);
    if (!starter) return { id: 'code', subject: '', preheader: '', html: EMPTY_CODE };
    return { ...starter, html: writeSource(starter.design) };
  }

  protected pick(id: Beginning['id']): void {
    this.picked.emit(this.beginning(id));
  }
}
