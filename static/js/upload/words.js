// The words of the queue, which the page brings along, with their gaps filled in.
// @ts-check

export class Words {
  /** @param {Element} section */
  constructor(section) {
    const phrases = section.querySelector("[data-phrases]");
    this.phrases = phrases instanceof HTMLTemplateElement ? phrases.content : section;
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number>} [gaps]
   */
  say(name, gaps = {}) {
    const text = this.phrases.querySelector(`[data-words="${name}"]`)?.textContent ?? "";
    return text.replaceAll(/\{(\w+)\}/g, (gap, key) => String(gaps[key] ?? gap));
  }

  /** @param {number} seconds */
  time(seconds) {
    if (seconds < 90) return this.say("seconds", { count: seconds });
    if (seconds < 90 * 60) return this.say("minutes", { count: Math.round(seconds / 60) });
    return this.say("hours", { count: Math.round(seconds / 3600) });
  }
}
