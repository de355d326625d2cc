import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Users } from 'lucide';

import type { Page } from '@core/api/documents';
import { Texts } from '@core/i18n/texts';
import { CursorList } from './cursor-list';
import { Cell } from './data-table/cell';
import { Listing } from './listing';

type Loader = (cursor: string | null) => Promise<Page<string>>;
let load: Loader;

@Component({
  imports: [Cell, Listing],
  template: `
    <mc-listing
      [list]="list"
      [columns]="[{ key: 'name', header: 'Name' }]"
      [identify]="identify"
      label="People"
      [icon]="icon"
      none="Nobody yet"
      [filtered]="filtered"
      noMatch="Nobody found"
      (showAll)="asked = true"
    >
      <ng-template mcCell="name" let-name>{{ name }}</ng-template>
      <button type="button">Invite</button>
    </mc-listing>
  `,
})
class People {
  readonly icon = Users;
  readonly identify = (name: string): string => name;
  readonly list = new CursorList<string>((cursor) => load(cursor));
  filtered = false;
  asked = false;
}

async function shown(filtered = false) {
  await TestBed.inject(Texts).use('en');
  const fixture = TestBed.createComponent(People);
  fixture.componentInstance.filtered = filtered;
  await fixture.componentInstance.list.restart();
  await fixture.whenStable();
  const page = fixture.nativeElement as HTMLElement;
  const button = (name: string) => [...page.querySelectorAll('button')].find((each) => each.textContent.includes(name));
  return { fixture, page, button };
}

describe('Listing', () => {
  it('shows rows and gets more of them until there are no more', async () => {
    load = (cursor) => Promise.resolve(cursor ? { items: ['Ben'], next: null } : { items: ['Anna'], next: '1' });
    const { fixture, page, button } = await shown();
    expect(page.textContent).toContain('Anna');
    expect(page.textContent).toContain('1 shown');
    button('Show more')?.click();
    await fixture.whenStable();
    expect(page.textContent).toContain('Ben');
    expect(button('Show more')).toBeUndefined();
  });

  it('says what to do when there is nothing at all', async () => {
    load = () => Promise.resolve({ items: [], next: null });
    const { page, button } = await shown();
    expect(page.textContent).toContain('Nobody yet');
    expect(button('Invite')).toBeDefined();
  });

  it('offers to take filters away when nothing fits them', async () => {
    load = () => Promise.resolve({ items: [], next: null });
    const { fixture, page, button } = await shown(true);
    expect(page.textContent).toContain('Nobody found');
    expect(page.textContent).not.toContain('Nobody yet');
    button('Show all')?.click();
    expect(fixture.componentInstance.asked).toBe(true);
  });

  it('tries again what failed, and then shows each row once', async () => {
    load = () => Promise.reject(new Error('the server is away'));
    const { fixture, page, button } = await shown();
    expect(page.textContent).toContain('the server is away');
    load = () => Promise.resolve({ items: ['Anna'], next: null });
    button('Try again')?.click();
    await fixture.whenStable();
    expect(page.querySelectorAll('[role=row]').length).toBe(2);
    load = () => Promise.reject(new Error('away again'));
    await fixture.componentInstance.list.restart();
    load = () => Promise.resolve({ items: ['Anna', 'Ben'], next: null });
    await fixture.componentInstance.list.more();
    await fixture.whenStable();
    expect(page.querySelectorAll('[role=row]').length).toBe(3);
    expect(page.textContent).not.toContain('away again');
  });
});
