// The banner: every service with its address, and lines to paste that fit what runs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bannerText } from '../../../src/plane/banner.ts';
import { sampleStatus } from './support/status.ts';

const banner = (url: string | undefined) =>
  bannerText({ status: sampleStatus(), url, command: 'npx preforkd', locate: '' });

describe('the banner', () => {
  test('says where each service listens, and leaves daemons out', () => {
    const text = banner('http://127.0.0.1:9464');
    assert.match(text, /supervises 2 services/);
    assert.match(text, /^ {2}imap +127\.0\.0\.1:1143 +2 workers kept ready$/m);
    assert.match(text, /^ {2}echo +\/run\/preforkd\/echo\.sock +breaker-open$/m);
    assert.doesNotMatch(text, /idled/);
  });

  test('gives lines to paste', () => {
    const text = banner('http://127.0.0.1:9464');
    assert.match(text, /^ {2}npx preforkd status$/m);
    assert.match(text, /^ {2}npx preforkd why imap$/m);
    assert.match(text, /^ {2}node -e "fetch\('http:\/\/127\.0\.0\.1:9464\/metrics'\)/m);
    assert.match(text, /connect\(1143, '127\.0\.0\.1'\)/);
    assert.match(text, /connect\('\/run\/preforkd\/echo\.sock'\)/);
  });

  test('without HTTP it promises none', () => {
    const text = banner(undefined);
    assert.match(text, /^ {2}http +off$/m);
    assert.doesNotMatch(text, /fetch/);
  });

  test('an HTTP address that is taken is not called off', () => {
    const call = { command: 'npx preforkd', locate: '' };
    const text = bannerText({ status: sampleStatus(), url: undefined, urlMissing: true, ...call });
    assert.match(text, /^ {2}http +not yet: its address could not be bound, see the log$/m);
  });
});
