import type { Plan, RecipientFile } from '@core/api/documents';
import { complete, missing } from './steps';

const NOW = Date.parse('2026-11-27T12:00:00Z');

function plan(change: object = {}): Plan {
  return {
    status: 'editing',
    audience: { file_id: 'rcf_1' },
    content: { template_id: null, html: '<p>Hello</p>' },
    settings: { from_address: 'news@example.com', subject: 'News' },
    timing: { kind: 'at', local_time: '2026-11-27T14:00:00', time_zone: 'Europe/Berlin' },
    preflight: null,
    ...change,
  } as unknown as Plan;
}

const file = (status: RecipientFile['status']) => ({ file_id: 'rcf_1', status }) as RecipientFile;
const lacks = (each: Plan, status: RecipientFile['status'] = 'ready', now = NOW) =>
  missing(each, { file: file(status), now });

describe('The steps of a plan', () => {
  it('lack nothing when everything is there and still possible', () => {
    expect(lacks(plan())).toEqual([]);
    expect(complete(plan(), 'review', { file: file('ready'), now: NOW })).toBe(false);
  });

  it('are not done with a file that cannot be used, whatever the plan says of it', () => {
    for (const status of ['rejected', 'failed', 'cancelled', 'deleting'] as const) {
      expect(lacks(plan(), status)).toEqual([{ step: 'audience', lack: 'unusableFile' }]);
    }
    for (const status of ['ready', 'processing', 'awaiting_upload'] as const) {
      expect(lacks(plan(), status)).toEqual([]);
    }
    const other = { ...file('rejected'), file_id: 'rcf_2' };
    expect(missing(plan(), { file: other, now: NOW })).toEqual([]);
  });

  it('are not done once the time has passed, in the zone that the plan names', () => {
    const past = Date.parse('2026-11-27T13:00:01Z');
    expect(lacks(plan(), 'ready', past)).toEqual([{ step: 'settings', lack: 'pastTime' }]);
    expect(lacks(plan({ status: 'scheduled' }), 'ready', past)).toEqual([]);
    const local = { kind: 'local', local_time: '2026-11-27T14:00:00', time_zone: 'Europe/Berlin' };
    expect(lacks(plan({ timing: local }), 'ready', past)).toEqual([{ step: 'settings', lack: 'pastTime' }]);
    expect(lacks(plan({ timing: { kind: 'now', local_time: null, time_zone: null } }), 'ready', past)).toEqual([]);
  });
});
