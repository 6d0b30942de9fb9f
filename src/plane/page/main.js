// The status page in the browser: connects, and hands what comes to the parts of the page. Loaded by index.html.

/** @import { Frame, History, ServiceFigures } from '../http/frame.ts' */
/** @import { Link } from './live.js' */

import { createBanner } from './banner.js';
import { createCharts } from './charts.js';
import { createFacts } from './facts.js';
import { connect } from './live.js';
import { createTable } from './table.js';
import { createTimings } from './timings.js';
import { who } from './words.js';

/** @type {Frame | undefined} */
let last;
/** Whose history the charts show; undefined: all services together. @type {string | undefined} */
let subject;

const banner = createBanner();
const charts = createCharts();
const timings = createTimings();
const facts = createFacts();
const table = createTable((service) => void choose(service));

/** @param {ServiceFigures | undefined} service */
async function choose(service) {
  subject = service && who(service);
  const chosen = subject;
  const query =
    service === undefined ? '' : `?${new URLSearchParams({ service: service.name, family: service.family })}`;
  const answer = await fetch(`api/history${query}`).catch(() => undefined);
  // Another one may have been chosen meanwhile.
  if (answer?.ok !== true || subject !== chosen) return;
  charts.fill(/** @type {History} */ (await answer.json()), chosen ?? 'all services');
}

/**
 * With all services: a frame has those that have changed.
 * @param {Frame} frame
 * @returns {Frame}
 */
function complete(frame) {
  const changed = new Map(frame.services.map((service) => [who(service), service]));
  const services = (last?.services ?? []).map((service) => changed.get(who(service)) ?? service);
  return { ...frame, services };
}

/** @param {Frame} frame */
function draw(frame) {
  const service = frame.services.find((one) => who(one) === subject);
  charts.push(
    frame.at,
    service === undefined ? frame.totals : { ...service, spawns: service.spawnsPerSecond },
  );
}

connect({
  hello: (hello) => {
    last = hello.frame;
    banner.hello(hello);
    table.show(hello.frame.services);
    const chosen = hello.frame.services.find((one) => who(one) === subject);
    if (chosen === undefined) {
      subject = undefined;
      charts.fill(hello.history, 'all services');
    } else void choose(chosen);
    timings.fill(hello.timings, hello.history.at);
    facts.fill(hello.remarks);
  },
  frame: (news) => {
    const frame = complete(news);
    last = frame;
    table.show(frame.services);
    draw(frame);
    timings.push(frame);
    facts.push(frame.remarks, frame.remarksLeftOut);
  },
  link: (link, sinceMs) => banner.show(link, sinceMs, last),
});
