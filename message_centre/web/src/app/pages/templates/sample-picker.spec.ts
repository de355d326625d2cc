import { TestBed } from '@angular/core/testing';
import { MatSelect } from '@angular/material/select';
import { By } from '@angular/platform-browser';

import { Api } from '@core/api/api';
import { Texts } from '@core/i18n/texts';
import { SamplePicker } from './sample-picker';

describe('SamplePicker', () => {
  it('offers files that have recipients, and steps through them from the first', async () => {
    const files = [
      { file_id: 'rcf_1', name: 'Customers', account: { accepted: 3 } },
      { file_id: 'rcf_2', name: 'Empty', account: { accepted: 0 } },
    ];
    const platform = () => Promise.resolve({ body: { items: files, next: null } });
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { platform } }] });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(SamplePicker);
    fixture.componentRef.setInput('sample', null);
    await fixture.whenStable();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('mc-recipient-stepper')).toBeNull();
    const select = fixture.debugElement.query(By.directive(MatSelect)).componentInstance as MatSelect;
    select.open();
    await fixture.whenStable();
    const options = [...document.querySelectorAll('mat-option')];
    expect(options.map((each) => each.textContent.trim().split(/\s{2,}/)[0])).toEqual([
      'Made-up data',
      'Customers 3 recipients',
    ]);
    (options[1] as HTMLElement).click();
    await fixture.whenStable();
    expect(fixture.componentInstance.sample()).toEqual({ file_id: 'rcf_1', row: 1 });
    page.querySelector<HTMLButtonElement>('button[aria-label="Next recipient"]')?.click();
    await fixture.whenStable();
    expect(fixture.componentInstance.sample()).toEqual({ file_id: 'rcf_1', row: 2 });
    expect(page.textContent).toContain('of 3');
  });
});
