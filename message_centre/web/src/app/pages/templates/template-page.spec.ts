import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Api } from '@core/api/api';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import TemplatePage from './template-page';
import { TemplateStore } from './template-store';

interface Inside {
  subject: { set(value: string): void; (): string };
  dirty(): boolean;
  save(): Promise<void>;
  conflict(): { version: number; person: string | null } | null;
  keepMine(): Promise<void>;
  takeTheirs(): Promise<void>;
  aside(): object | null;
  bringBack(): void;
}

describe('TemplatePage', () => {
  let latest: number;
  let ownText: boolean;
  let saved: { subject: string; text: string | null }[];

  async function open() {
    latest = 3;
    saved = [];
    const platform = (_: string, path: string, { path: { version } }: { path: { version?: number } }) =>
      Promise.resolve({
        body: path.includes('{version}')
          ? {
              version,
              subject: `Subject ${version ?? 0}`,
              preheader: null,
              status: 'validating',
              findings: [],
              text_generated: !ownText,
            }
          : {
              template_id: 'tpl_1',
              name: 'Newsletter',
              status: 'ready',
              version: latest,
              latest_version: latest,
              variables: [],
              archived_at: null,
            },
      });
    const call = () =>
      Promise.resolve({
        body: {
          items: [
            {
              action: 'create_template_version',
              target: '/templates/tpl_1/versions/4',
              person: { name: 'Anna' },
              detail: null,
            },
          ],
        },
      });
    const save = (_: string, sources: { subject: string; text: string | null }) => {
      saved.push(sources);
      latest += 1;
      return Promise.resolve({ version: latest, findings: [], status: 'validating', text_generated: true });
    };
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        { provide: Api, useValue: { platform, call } },
        { provide: Session, useValue: { may: () => true, person: () => null } },
        { provide: TemplateStore, useValue: { save, source: () => Promise.resolve('<p>Hello</p>') } },
      ],
    });
    TestBed.overrideComponent(TemplatePage, { set: { template: '', imports: [] } });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(TemplatePage);
    fixture.componentRef.setInput('id', 'tpl_1');
    await fixture.whenStable();
    const page = fixture.componentInstance as unknown as Inside;
    await vi.waitFor(() => {
      expect(page.subject()).toBe('Subject 3');
    });
    page.subject.set('Mine');
    return page;
  }

  beforeEach(() => {
    ownText = false;
  });
  afterEach(() => {
    sessionStorage.clear();
    localStorage.clear();
  });

  it('saves what is written as the next version', async () => {
    const page = await open();
    await page.save();
    expect(saved).toEqual([{ subject: 'Mine', preheader: null, text: null }]);
    expect(page.dirty()).toBe(false);
  });

  it('asks which one counts when somebody saved a version meanwhile, and keeps both', async () => {
    const page = await open();
    latest = 4;
    await page.save();
    expect(saved).toEqual([]);
    expect(page.conflict()).toEqual({ version: 4, person: 'Anna' });
    await page.keepMine();
    expect(saved).toHaveLength(1);
    expect(latest).toBe(5);
    expect(page.conflict()).toBeNull();
  });

  it('gives back what was written after the other version was taken', async () => {
    const page = await open();
    latest = 4;
    await page.save();
    await page.takeTheirs();
    expect(page.subject()).toBe('Subject 4');
    expect(page.dirty()).toBe(false);
    expect(page.aside()).not.toBeNull();
    page.bringBack();
    expect(page.subject()).toBe('Mine');
    expect(page.dirty()).toBe(true);
  });

  it('replaces a plain text that somebody wrote only after asking', async () => {
    ownText = true;
    const page = await open();
    void page.save();
    const dialog = await vi.waitFor(() => {
      const found = document.querySelector<HTMLElement>('mat-dialog-container');
      if (!found?.textContent.includes('Replace the plain text?')) throw new Error('no dialog');
      return found;
    });
    expect(saved).toEqual([]);
    [...dialog.querySelectorAll('button')].find((each) => each.textContent.includes('Save and make it anew'))?.click();
    await vi.waitFor(() => {
      expect(saved).toHaveLength(1);
    });
  });
});
