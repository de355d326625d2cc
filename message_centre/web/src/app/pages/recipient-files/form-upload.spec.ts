import { describe, expect, it } from 'vitest';
import { contentType, postForm, proposedName, Rate, UploadFailed } from './form-upload';

describe('names of files', () => {
  it('tells the content by the ending', () => {
    expect(contentType('a.CSV')).toBe('text/csv');
    expect(contentType('a.csv.gz')).toBe('application/gzip');
    expect(contentType('A.ZIP')).toBe('application/zip');
  });

  it('proposes the name without its endings', () => {
    expect(proposedName('Customers spring.csv.gz')).toBe('Customers spring');
    expect(proposedName('.csv')).toBe('.csv');
  });
});

describe('Rate', () => {
  it('measures over the window only', () => {
    const rate = new Rate(1_000);
    expect(rate.add(0, 0)).toBeNull();
    expect(rate.add(1_000, 500)).toBe(500);
    expect(rate.add(2_000, 2_500)).toBe(2_000);
  });
});

describe('postForm', () => {
  it('refuses a file beyond the limit before sending anything', async () => {
    const form = { url: 'https://store.example', fields: {}, max_bytes: 3 };
    const upload = postForm(form, new Blob(['1234']), () => undefined, new AbortController().signal);
    await expect(upload).rejects.toEqual(new UploadFailed('too-large'));
  });
});
