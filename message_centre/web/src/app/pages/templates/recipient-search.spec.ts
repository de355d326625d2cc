import { TestBed } from '@angular/core/testing';

import { Api } from '@core/api/api';
import { Texts } from '@core/i18n/texts';
import { RecipientSearch } from './recipient-search';

interface Query {
  address: string;
  cursor?: string;
}

describe('RecipientSearch', () => {
  async function open() {
    const asked: Query[] = [];
    const platform = (_: string, __: string, { query }: { query: Query }) => {
      asked.push(query);
      const body = query.cursor
        ? { items: [{ row: 20_007, address: 'anna@example.com' }], next: null }
        : { items: [], next: 'onwards' };
      return Promise.resolve({ body: query.address === 'nobody' ? { items: [], next: null } : body });
    };
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { platform } }] });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(RecipientSearch);
    fixture.componentRef.setInput('fileId', 'rcf_1');
    fixture.componentRef.setInput('total', 1_000_000);
    const rows: number[] = [];
    fixture.componentInstance.chosen.subscribe((row) => rows.push(row));
    await fixture.whenStable();
    const page = fixture.nativeElement as HTMLElement;
    const type = async (text: string) => {
      const field = page.querySelector('input');
      if (!field) throw new Error('no field');
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await vi.waitFor(() => {
        expect(asked.at(-1)?.address).toBe(text);
      });
      await fixture.whenStable();
    };
    const press = async (words: string) => {
      [...page.querySelectorAll('button')].find((each) => each.textContent.includes(words))?.click();
      await fixture.whenStable();
    };
    return { asked, page, press, rows, type };
  }

  it('says how far it looked, looks further when told to, and gives the row', async () => {
    const { asked, page, press, rows, type } = await open();
    expect(asked).toEqual([]);
    await type('anna');
    expect(page.textContent).toContain('Looked at 20,000 recipients so far.');
    await press('Look further');
    expect(asked).toEqual([
      { address: 'anna', limit: 20 },
      { address: 'anna', limit: 20, cursor: 'onwards' },
    ]);
    expect(page.textContent).toContain('row 20,007');
    await press('anna@example.com');
    expect(rows).toEqual([20_007]);
  });

  it('says that nobody has such an address', async () => {
    const { page, type } = await open();
    await type('nobody');
    expect(page.textContent).toContain('No recipient has such an address.');
  });
});
