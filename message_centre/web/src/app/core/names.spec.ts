import { TestBed } from '@angular/core/testing';

import { Api } from './api/api';
import { Problem } from './api/problem';
import { Names, subjectOf } from './names';

describe('subjectOf', () => {
  it('finds what a path of either API is about', () => {
    expect(subjectOf('/campaigns/cmp_1/pause')).toEqual({ kind: 'campaigns', id: 'cmp_1' });
    expect(subjectOf('/v1/templates/tpl_1/versions/3')).toEqual({ kind: 'templates', id: 'tpl_1' });
    expect(subjectOf('/suppressions/a…@example.com')).toBeNull();
    expect(subjectOf('/v1/campaigns')).toBeNull();
  });
});

describe('Names', () => {
  it('asks once for each, and tells what is no more from what cannot be had', async () => {
    const asked: string[] = [];
    const call = (_: string, path: string, { path: { id } }: { path: { id: string } }) => {
      asked.push(path.replace('{id}', id));
      if (id === 'gone') return Promise.reject(new Problem('plan-not-found', 'No such plan', 404, ''));
      if (id === 'busy') return Promise.reject(new Problem('temporarily-unavailable', 'Busy', 503, ''));
      return Promise.resolve({ body: { name: `Name of ${id}` } });
    };
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { call } }] });
    const names = TestBed.inject(Names);
    expect(names.of('campaigns', 'cmp_1')).toBeUndefined();
    await names.find([
      { kind: 'campaigns', id: 'cmp_1' },
      { kind: 'campaigns', id: 'cmp_1' },
      { kind: 'plans', id: 'gone' },
      { kind: 'plans', id: 'busy' },
    ]);
    await names.find([{ kind: 'campaigns', id: 'cmp_1' }]);
    expect(asked).toEqual(['/platform/campaigns/cmp_1', '/plans/gone', '/plans/busy']);
    expect(names.of('campaigns', 'cmp_1')).toBe('Name of cmp_1');
    expect(names.of('plans', 'gone')).toBeNull();
    expect(names.of('plans', 'busy')).toBeUndefined();
  });
});
