import { CursorList } from './cursor-list';

describe('CursorList', () => {
  it('goes past empty pages and ends at the last one', async () => {
    const pages: Record<string, { items: number[]; next: string | null }> = {
      first: { items: [1, 2], next: 'a' },
      a: { items: [], next: 'b' },
      b: { items: [3], next: null },
    };
    const list = new CursorList<number>((cursor) =>
      Promise.resolve(pages[cursor ?? 'first'] ?? { items: [], next: null }),
    );
    await list.restart();
    expect(list.items()).toEqual([1, 2]);
    await list.more();
    expect(list.items()).toEqual([1, 2, 3]);
    expect(list.complete()).toBe(true);
  });

  it('drops the answer to a question that was replaced', async () => {
    const answers: ((items: string[]) => void)[] = [];
    const list = new CursorList<string>(
      () =>
        new Promise((resolve) =>
          answers.push((items) => {
            resolve({ items, next: null });
          }),
        ),
    );
    const old = list.restart();
    const recent = list.restart();
    answers[1]?.(['new']);
    answers[0]?.(['old']);
    await Promise.all([old, recent]);
    expect(list.items()).toEqual(['new']);
    expect(list.loading()).toBe(false);
  });

  it('keeps what it has when the next page fails', async () => {
    let fails = false;
    const list = new CursorList<number>(() =>
      fails ? Promise.reject(new Error('gone')) : Promise.resolve({ items: [1], next: 'a' }),
    );
    await list.restart();
    fails = true;
    await list.more();
    expect(list.items()).toEqual([1]);
    expect(list.problem()?.detail).toBe('gone');
    fails = false;
    await list.more();
    expect(list.items()).toEqual([1, 1]);
    expect(list.problem()).toBeNull();
  });
});
