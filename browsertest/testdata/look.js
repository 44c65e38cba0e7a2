// What the browser tests ask of a page. The tests run it through the debugger, so it works
// with the page's own script off too.
window.fd = (function () {
  "use strict";
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const words = (e) => (e ? (e.innerText || e.textContent || "").replace(/\s+/g, " ").trim() : "");
  const show = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const byIDs = (ids) => (ids || "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id));
  const forms = () => Array.from(document.querySelectorAll("main form"));
  const controls = (f) => Array.from(f.elements).filter((e) => !["FIELDSET", "OUTPUT", "OBJECT"].includes(e.tagName) && e.type !== "hidden" && !e.disabled && shown(e));
  const isButton = (e) => e.tagName === "BUTTON" || e.type === "submit";
  const isChoice = (e) => e.type === "radio" || e.type === "checkbox";

  function name(e) {
    const by = byIDs(e.getAttribute("aria-labelledby")).map(words).join(" ").trim();
    return by || (e.getAttribute("aria-label") || "").trim() || Array.from(e.labels || []).map(words).join(" ").trim() || (isButton(e) ? words(e) : "");
  }

  // What is drawn of a control, so that one with the focus can be told from one without.
  function drawn(e) {
    const of = (s) => [s.outlineStyle === "none" ? "" : s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor, s.borderTopColor, s.borderTopWidth, s.color].join("|");
    const all = [of(getComputedStyle(e))];
    Array.from(e.labels || []).forEach((l) => all.push(of(getComputedStyle(l)), of(getComputedStyle(l, "::before"))));
    return all.join("/");
  }

  // The boxes of a page that are wider than it, and those that scroll sideways without a
  // name or without a place in the tab order.
  function wide() {
    const out = [], most = document.documentElement.clientWidth;
    const region = (e) => { for (let p = e; p; p = p.parentElement) { if (["auto", "scroll", "hidden"].includes(getComputedStyle(p).overflowX)) { return p; } } return null; };
    if (document.documentElement.scrollWidth > most) {
      document.querySelectorAll("body *").forEach((e) => {
        if (out.length < 3 && shown(e) && e.getBoundingClientRect().right > most + 1 && !region(e)) { out.push("wider than the page: " + show(e)); }
      });
      if (!out.length) { out.push("the page scrolls sideways: " + document.documentElement.scrollWidth); }
    }
    document.querySelectorAll("main *").forEach((e) => {
      if (["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1 && !["TEXTAREA", "INPUT", "SELECT"].includes(e.tagName)) {
        if (e.tabIndex < 0 || !(e.getAttribute("aria-label") || words(byIDs(e.getAttribute("aria-labelledby"))[0]))) { out.push("scrolls sideways and cannot be reached or has no name: " + show(e)); }
      }
    });
    return out;
  }

  // The stops that Tab makes in a form: a group of radios is one.
  function stops(f) {
    const seen = new Set();
    return controls(f).filter((e) => {
      if (e.tabIndex < 0) { return false; }
      if (e.type !== "radio") { return true; }
      if (seen.has(e.name)) { return false; }
      seen.add(e.name);
      return true;
    });
  }

  const same = (a, b) => a === b || (a.type === "radio" && b.type === "radio" && a.name === b.name && a.form === b.form);

  return {
    // begin looks at a form before a key is pressed: labels, groups, descriptions, sizes.
    begin(nth) {
      document.querySelectorAll("main details").forEach((d) => { d.open = true; });
      const f = forms()[nth], wrong = wide();
      if (!f) { return null; }
      const ids = new Map();
      document.querySelectorAll("[id]").forEach((e) => ids.set(e.id, (ids.get(e.id) || 0) + 1));
      controls(f).forEach((e) => {
        if (!name(e)) { wrong.push("no label: " + show(e)); }
        if (e.id && ids.get(e.id) > 1) { wrong.push("its id stands on the page " + ids.get(e.id) + " times: " + show(e)); }
        if (e.type === "radio" && !words((e.closest("fieldset,[role=radiogroup],[role=group]") || f).querySelector("legend"))) { wrong.push("a choice of a question that is not said: " + show(e)); }
        byIDs(e.getAttribute("aria-describedby")).forEach((d) => { if (!d) { wrong.push("described by what is not there: " + show(e)); } });
        const boxes = [e].concat(isChoice(e) ? Array.from(e.labels || []) : []).map((x) => x.getBoundingClientRect());
        if (!boxes.some((b) => b.width >= 23.5 && b.height >= 23.5)) { wrong.push("smaller than 24 px (" + Math.round(boxes[0].width) + " by " + Math.round(boxes[0].height) + "): " + show(e)); }
      });
      this.form = f;
      this.order = stops(f);
      this.before = new Map(controls(f).map((e) => [e, drawn(e)]));
      f.tabIndex = -1; // Tab goes on from here
      f.focus();
      return { wrong, stops: this.order.length, asks: controls(f).filter((e) => !isButton(e)).length };
    },
    // at says what has the focus after a press of Tab: which stop of the form, whether it
    // can be seen that it has it, and what covers it.
    at() {
      const e = document.activeElement, f = this.form, i = this.order.findIndex((o) => same(o, e));
      const out = { stop: i, inside: f.contains(e) || (e.form === f), past: !f.contains(e) && !!(f.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING), lost: e === document.body, wrong: "", what: show(e) };
      if (i < 0) { return out; }
      if (this.before.get(e) === drawn(e)) { out.wrong = "nothing shows that it has the focus"; }
      const box = (isChoice(e) && e.labels[0] ? e.labels[0] : e).getBoundingClientRect();
      const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].map(([x, y]) => [box.left + x * box.width, box.top + y * box.height]);
      const top = points.map(([x, y]) => document.elementFromPoint(x, y)).filter(Boolean);
      const mine = (t) => t === e || e.contains(t) || t.contains(e) || Array.from(e.labels || []).some((l) => l === t || l.contains(t));
      if (!top.length) { out.wrong = "has the focus outside what is shown"; } else if (!top.some(mine)) { out.wrong = "is covered by " + show(top[0]); }
      return out;
    },
    // empty takes every answer out of the form and stands on its first button.
    empty(nth) {
      document.querySelectorAll("main details").forEach((d) => { d.open = true; });
      const f = forms()[nth], all = controls(f);
      all.forEach((e) => {
        if (isChoice(e)) { e.checked = false; } else if (e.tagName === "SELECT") { e.selectedIndex = Math.max(0, Array.from(e.options).findIndex((o) => o.value === "")); } else if (!isButton(e)) { e.value = ""; }
      });
      const b = all.filter(isButton);
      (b.find((x) => x.classList.contains("govuk-button") && !x.classList.contains("govuk-button--secondary")) || b[0]).focus();
    },
    // answered reads the page that answered.
    answered() {
      const nav = performance.getEntriesByType("navigation")[0], main = document.querySelector("main"), sum = main && main.querySelector(".govuk-error-summary"), wrong = main ? wide() : [];
      const walk = main && document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      let first = walk && walk.nextNode();
      while (first && (!first.data.trim() || !shown(first.parentElement))) { first = walk.nextNode(); }
      const links = sum ? Array.from(sum.querySelectorAll("a")) : [];
      const targets = links.map((a) => document.getElementById(decodeURIComponent(a.getAttribute("href").slice(1))));
      links.forEach((a, i) => {
        const to = targets[i];
        if (!to || !shown(to)) { wrong.push("“" + words(a) + "” leads to " + a.getAttribute("href") + ", which is not there"); } else if (to.tagName !== "A" && (!to.form || to.disabled)) { wrong.push("“" + words(a) + "” leads to no question but to " + a.getAttribute("href")); }
      });
      const changed = main && main.querySelector(".fd-changed[role=alert]");
      return {
        status: nav.responseStatus, redirects: nav.redirectCount, at: location.pathname + location.search, title: document.title, summary: !!sum, links: links.length, changed: !!changed,
        first: !sum || (first && sum.contains(first.parentElement)) ? "" : first ? first.data.trim() : "nothing", told: words(sum) || words(changed) || words(main).slice(0, 300), wrong,
        nth: targets[0] && targets[0].form ? forms().indexOf(targets[0].form) : -1, target: targets[0] && targets[0].form ? targets[0].id : "",
      };
    },
    // fill answers every question of a form but one, and says what it typed.
    fill(nth, but) {
      document.querySelectorAll("main details").forEach((d) => { d.open = true; });
      const f = forms()[nth], skip = document.getElementById(but), typed = [];
      const stem = (e) => e.name.replace(/-(day|month|year|time)$/, "");
      const parts = { day: "7", month: "11", year: "2026", time: "10:05" };
      controls(f).forEach((e, i) => {
        if (isButton(e) || e.type === "file" || e.type === "password" || (skip && stem(skip) === stem(e))) { return; }
        const part = (e.name.match(/-(day|month|year|time)$/) || [])[1];
        if (isChoice(e)) { e.checked = true; } else if (e.tagName === "SELECT") { e.selectedIndex = e.options.length - 1; } else { e.value = part ? parts[part] : e.type === "email" ? "a" + i + "@b.example" : e.type === "number" ? "3" : "Typed " + i; }
      });
      controls(f).forEach((e) => {
        if (isButton(e) || e.type === "file" || e.type === "password" || (skip && stem(skip) === stem(e))) { return; }
        if (!isChoice(e)) { typed.push([e.name, e.value, ""]); } else if (e.checked) { typed.push([e.name, e.value, "checked"]); }
      });
      const b = controls(f).filter(isButton);
      (b.find((x) => x.classList.contains("govuk-button") && !x.classList.contains("govuk-button--secondary")) || b[0]).focus();
      return typed;
    },
    // on says whether the focus is on what somebody looks for: a link, a button, a summary of
    // details, a field or a choice with these words, in the group with those words when they
    // are given. near is true on another choice of the same question.
    on(kind, group, wanted) {
      const e = document.activeElement, has = (t, w) => t.toLowerCase().includes(w.toLowerCase().replace(/\s+/g, " "));
      const legend = (x) => { for (let f = x.closest("fieldset"); f; f = f.parentElement.closest("fieldset")) { if (has(words(f.querySelector("legend")), group)) { return true; } } return false; };
      const inGroup = !group || legend(e);
      const is = {
        link: e.tagName === "A" && has(words(e), wanted),
        button: isButton(e) && has(words(e), wanted),
        details: e.tagName === "SUMMARY" && has(words(e), wanted),
        field: !isButton(e) && !isChoice(e) && !!e.form && inGroup && has(name(e), wanted),
        choice: isChoice(e) && inGroup && has(name(e), wanted),
      }[kind];
      const s = getComputedStyle(e), l = e.labels && e.labels[0] ? getComputedStyle(e.labels[0], "::before") : null;
      const seen = (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none" || !!(l && (l.boxShadow !== "none" || l.outlineStyle !== "none" || parseFloat(l.borderWidth) > 2));
      return { there: is, near: kind === "choice" && e.type === "radio" && inGroup && (!!group || Array.from(document.getElementsByName(e.name)).some((o) => has(name(o), wanted))), lost: e === document.body, seen, checked: !!e.checked, what: show(e) };
    },
    // lost says which of what was typed is not in the page's form any more.
    lost(typed) {
      document.querySelectorAll("main details").forEach((d) => { d.open = true; });
      const all = forms().flatMap((f) => Array.from(f.elements));
      return typed.filter(([n, v, c]) => !all.some((e) => e.name === n && e.value === v && (!c || e.checked))).map(([n, v]) => n + ": " + v);
    },
  };
})();
true;
