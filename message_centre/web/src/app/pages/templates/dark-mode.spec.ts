import { describe, expect, it } from 'vitest';
import { frameDocument, knowsDarkMode } from './dark-mode';

describe('frameDocument', () => {
  it('puts the policy first into the head', () => {
    const framed = frameDocument('<html><head lang="en"><title>x</title></head></html>', false);
    expect(framed).toMatch(
      /^<html><head lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none'/,
    );
    expect(framed).not.toContain('invert');
  });

  it('gives a fragment a head', () => {
    expect(frameDocument('<p>x</p>', false)).toMatch(/^<!doctype html><head><meta/);
  });

  it('inverts only what has no colours of its own for dark mode', () => {
    const own = '<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style>';
    expect(knowsDarkMode(own)).toBe(true);
    expect(frameDocument(own, true)).not.toContain('invert');
    expect(frameDocument('<p>x</p>', true)).toContain('invert');
  });

  it('shows the light or the dark colours, whatever the device prefers', () => {
    const mail =
      '<style>@media ( prefers-color-scheme:dark ) {a{}} @media (prefers-color-scheme: light) {b{}}</style>' +
      '<p>(prefers-color-scheme: dark)</p>';
    expect(frameDocument(mail, false)).toContain('@media (max-width: 0px) {a{}} @media (min-width: 0px) {b{}}');
    expect(frameDocument(mail, true)).toContain('@media (min-width: 0px) {a{}} @media (max-width: 0px) {b{}}');
    expect(frameDocument(mail, true)).toContain('<p>(prefers-color-scheme: dark)</p>');
  });
});
