import { Injectable, effect, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterStateSnapshot, TitleStrategy } from '@angular/router';

import { TextKey, Texts } from './i18n/texts';

/** Titles of routes are names of texts; a page may put the name of what it shows before its title. */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  private readonly title = inject(Title);
  private readonly texts = inject(Texts);
  private readonly key = signal<TextKey | null>(null);
  /** The name of the one thing that the page shows, such as a campaign's. */
  readonly subject = signal('');

  constructor() {
    super();
    effect(() => {
      const key = this.key();
      const parts = [this.subject(), key && this.texts.t(key), this.texts.t('core.product')];
      this.title.setTitle(parts.filter(Boolean).join(' – '));
    });
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.subject.set('');
    this.key.set((this.buildTitle(snapshot) as TextKey | undefined) ?? null);
  }
}
