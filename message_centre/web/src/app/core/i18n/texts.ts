import { Injectable, computed, signal } from '@angular/core';

import type en from '../../../i18n/en';

/** All texts of a language: objects of texts, the leaves of which may have forms by number (`one`, `other`). */
export type Dictionary = typeof en;
export type Language = 'en' | 'de';
export type Values = Record<string, string | number>;

interface Forms {
  other: string;
}
type Join<A extends string, B extends string> = `${A}.${B}`;
/** The names of all texts, such as `campaigns.title`; a misspelled one does not compile. */
export type TextKey<T = Dictionary> = {
  [K in keyof T & string]: T[K] extends string | Forms ? K : Join<K, TextKey<T[K]>>;
}[keyof T & string];

const loaders: Record<Language, () => Promise<{ default: Dictionary }>> = {
  en: () => import('../../../i18n/en'),
  de: () => import('../../../i18n/de'),
};
export const LANGUAGES: readonly { language: Language; name: string }[] = [
  { language: 'en', name: 'English' },
  { language: 'de', name: 'Deutsch' },
];
const STORED = 'message-centre.language';

/** The texts of the page in the person's language, which can change at any time without a reload. */
@Injectable({ providedIn: 'root' })
export class Texts {
  readonly language = signal<Language>('en');
  private readonly dictionary = signal<Dictionary | null>(null);
  private readonly plurals = computed(() => new Intl.PluralRules(this.language()));
  private readonly numbers = computed(() => new Intl.NumberFormat(this.language()));

  /** The text `key`; `{name}` in it is replaced by `values.name`, and `values.count` chooses the form. */
  readonly t = (key: TextKey, values?: Values): string => this.find(key, values) ?? key;

  /** The text of a word of the API, which may be newer than this page: then the word itself. */
  readonly word = (group: string, word: string): string =>
    this.find(`${group}.${word}`) ?? word.replaceAll(/[_-]/g, ' ');

  async use(language: Language): Promise<void> {
    const { default: dictionary } = await loaders[language]();
    this.dictionary.set(dictionary);
    this.language.set(language);
    document.documentElement.lang = language;
    localStorage.setItem(STORED, language);
  }

  /** The language that was chosen in this browser, else the browser's own, else English. */
  useStored(): Promise<void> {
    const wanted = [localStorage.getItem(STORED), ...navigator.languages].map((tag) => tag?.slice(0, 2));
    return this.use((wanted.find((tag) => tag && tag in loaders) as Language | undefined) ?? 'en');
  }

  /** As `t` for a name that is made of words of the API; null when there is no such text. */
  find(key: string, values?: Values): string | null {
    let entry: unknown = this.dictionary();
    for (const part of key.split('.')) {
      entry = (entry as Record<string, unknown> | null | undefined)?.[part];
    }
    if (typeof entry === 'object' && entry !== null) {
      const forms = entry as Record<string, string>;
      entry = forms[this.plurals().select(Number(values?.['count'] ?? 0))] ?? forms['other'];
    }
    return typeof entry === 'string' ? this.fillIn(entry, values ?? {}) : null;
  }

  private fillIn(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return typeof value === 'number' ? this.numbers().format(value) : (value ?? whole);
    });
  }
}
