import { Injectable, computed, inject, signal } from '@angular/core';

import { Texts } from './i18n/texts';
import { Session } from './session';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', 1],
];

/** Numbers and times as the person reads them: in the own language and zone. */
@Injectable({ providedIn: 'root' })
export class Formats {
  private readonly texts = inject(Texts);
  private readonly session = inject(Session);

  /** IANA name of the zone in which times are shown. */
  readonly zone = computed(() => this.session.person()?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  /** The present moment in milliseconds, changed every ten seconds. */
  readonly now = signal(Date.now());

  private readonly locale = computed(() => (this.texts.language() === 'en' ? 'en-GB' : this.texts.language()));
  private readonly formatters = computed(() => {
    const locale = this.locale();
    const timeZone = this.zone();
    return {
      number: new Intl.NumberFormat(locale),
      short: new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }),
      percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
      finePercent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }),
      dateTime: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
      wallClock: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
      exact: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone }),
      date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }),
      time: new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }),
      relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
      money: new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }),
      bytes: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
    };
  });

  constructor() {
    setInterval(() => {
      this.now.set(Date.now());
    }, 10_000);
  }

  number(value: number | null | undefined): string {
    return value === null || value === undefined ? '–' : this.formatters().number.format(value);
  }

  /** A large number in few characters, such as 41.2K. */
  short(value: number): string {
    return this.formatters().short.format(value);
  }

  /** A share between 0 and 1; with two digits where it is below one per cent. */
  percent(share: number | null | undefined): string {
    if (share === null || share === undefined) {
      return '–';
    }
    const { percent, finePercent } = this.formatters();
    return (share > 0 && share < 0.01 ? finePercent : percent).format(share);
  }

  dateTime(moment: string | null | undefined): string {
    return moment ? this.formatters().dateTime.format(new Date(moment)) : '–';
  }

  /** What a clock shows, such as `2026-12-01T09:00`, wherever that clock is. */
  wallClock(local: string): string {
    return this.formatters().wallClock.format(new Date(`${local.slice(0, 16)}Z`));
  }

  /** With seconds and the name of the zone, for titles. */
  exact(moment: string | null | undefined): string {
    return moment ? this.formatters().exact.format(new Date(moment)) : '';
  }

  date(moment: string | null | undefined): string {
    return moment ? this.formatters().date.format(new Date(moment)) : '–';
  }

  time(moment: string | null | undefined): string {
    return moment ? this.formatters().time.format(new Date(moment)) : '–';
  }

  /** Such as "3 minutes ago" or "in 2 hours". */
  relative(moment: string | null | undefined): string {
    if (!moment) {
      return '–';
    }
    const seconds = (new Date(moment).getTime() - this.now()) / 1000;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
    return this.formatters().relative.format(Math.round(seconds / length), unit);
  }

  /** A span of time in its two largest units, such as "2 h 05 min". */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const { t } = this.texts;
    if (whole < 1) {
      return t('core.duration.moment');
    }
    if (whole < MINUTE) {
      return t('core.duration.seconds', { seconds: whole });
    }
    if (whole < HOUR) {
      return t('core.duration.minutes', { minutes: Math.round(whole / MINUTE) });
    }
    if (whole < DAY) {
      return t('core.duration.hours', {
        hours: Math.floor(whole / HOUR),
        minutes: Math.floor((whole % HOUR) / MINUTE),
      });
    }
    return t('core.duration.days', { days: Math.floor(whole / DAY), hours: Math.floor((whole % DAY) / HOUR) });
  }

  /** US dollars. */
  money(amount: number | string): string {
    return this.formatters().money.format(Number(amount));
  }

  /** US dollars of something cheap: less than a cent is said so. */
  smallMoney(amount: number | string): string {
    const dollars = Number(amount);
    return dollars < 0.01 ? this.texts.t('core.lessThan', { amount: this.money(0.01) }) : this.money(dollars);
  }

  bytes(size: number | null | undefined): string {
    if (size === null || size === undefined) {
      return '–';
    }
    const units = ['B', 'kB', 'MB', 'GB'];
    const power = Math.min(units.length - 1, size < 1 ? 0 : Math.floor(Math.log10(size) / 3));
    return `${this.formatters().bytes.format(size / 1000 ** power)} ${units[power] ?? 'B'}`;
  }
}
