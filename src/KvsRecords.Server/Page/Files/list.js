// A list of any length, of which only the rows in sight are elements. More is loaded while one scrolls.

// An element cannot be taller than 33,554,400 pixels in any browser.
const tallest = 33_000_000;
const beyond = 8; // Rows above and below the visible ones.
const ahead = 400; // Rows before the end at which more is loaded.

let lists = 0;

export class List {
  /**
   * @param {HTMLElement} element The box that scrolls.
   * @param {object} options `label`, `fill(row, item)`, `open(item, index)`, `more()` which adds items, `nameOf(item)`, and perhaps
   *   `move(item)`, `keydown(event, item)`, `isChosen(item)`, `choose(item, event)`, `rowHeight`.
   */
  constructor(element, options) {
    this.element = element;
    this.options = { rowHeight: 30, ...options };
    this.id = `list${(lists += 1)}`;
    this.items = [];
    this.active = -1;
    this.hasMore = false;
    this.rows = new Map();
    this.space = document.createElement('div');
    this.space.className = 'space-of-rows';
    this.space.setAttribute('role', 'presentation');
    element.replaceChildren(this.space);
    element.tabIndex = 0;
    element.setAttribute('role', 'listbox');
    element.setAttribute('aria-label', options.label);
    if (options.choose) element.setAttribute('aria-multiselectable', 'true');
    element.addEventListener('scroll', () => this.plan(), { passive: true });
    element.addEventListener('keydown', (event) => this.onKey(event));
    element.addEventListener('click', (event) => this.onClick(event));
    element.addEventListener('focus', () => this.active < 0 && this.items.length > 0 && this.select(0, false));
    new ResizeObserver(() => this.plan()).observe(element);
  }

  set(items, hasMore = false) {
    this.items = items;
    this.hasMore = hasMore;
    this.active = -1;
    this.element.scrollTop = 0;
    this.refill();
  }

  /** Draws what is in the visible rows anew. The rows stay: one that is being pressed is not taken away. */
  refill() {
    for (const [index, row] of this.rows) {
      if (index < this.items.length) this.fillRow(row, index);
    }
    this.draw();
  }

  plan() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    const { rowHeight } = this.options;
    const most = Math.floor(tallest / rowHeight);
    const length = Math.min(this.items.length, most);
    this.space.style.height = `${length * rowHeight}px`;
    const first = Math.max(0, Math.floor(this.element.scrollTop / rowHeight) - beyond);
    const last = Math.min(length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / rowHeight) + beyond);
    for (const [index, row] of this.rows) {
      if (index >= first && index < last) continue;
      row.remove();
      this.rows.delete(index);
    }
    for (let index = first; index < last; index += 1) {
      if (!this.rows.has(index)) this.add(index);
    }
    this.mark();
    if (this.hasMore && length < most && last > length - ahead) this.load();
  }

  add(index) {
    const row = document.createElement('div');
    row.id = `${this.id}-${index}`;
    row.style.transform = `translateY(${index * this.options.rowHeight}px)`;
    row.style.height = `${this.options.rowHeight}px`;
    row.dataset.index = index;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-posinset', index + 1);
    this.fillRow(row, index);
    this.rows.set(index, row);
    this.space.append(row);
  }

  fillRow(row, index) {
    row.className = 'row';
    row.setAttribute('aria-setsize', this.hasMore ? -1 : this.items.length);
    row.replaceChildren();
    this.options.fill(row, this.items[index]);
  }

  mark() {
    for (const [index, row] of this.rows) {
      const isActive = index === this.active;
      row.classList.toggle('active', isActive);
      row.setAttribute('aria-selected', this.options.isChosen ? this.options.isChosen(this.items[index]) : isActive);
    }
    if (this.rows.has(this.active)) this.element.setAttribute('aria-activedescendant', `${this.id}-${this.active}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  async load() {
    if (this.isLoading) return;
    this.isLoading = true;
    const before = this.items;
    try {
      await this.options.more();
    } finally {
      this.isLoading = false;
    }
    if (this.items === before || this.items.length > 0) this.plan();
  }

  select(index, tell = true) {
    this.active = Math.max(0, Math.min(index, this.items.length - 1));
    const { rowHeight } = this.options;
    const top = this.active * rowHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + rowHeight > this.element.scrollTop + this.element.clientHeight) this.element.scrollTop = top + rowHeight - this.element.clientHeight;
    this.draw();
    if (tell) this.options.move?.(this.items[this.active], this.active);
  }

  onKey(event) {
    if (this.items.length === 0 || event.altKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.options.rowHeight) - 1);
    const to = {
      ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + page, PageUp: this.active - page, Home: 0, End: this.items.length - 1,
    }[event.key];
    const item = this.items[this.active];
    if (to !== undefined) this.select(to);
    else if (event.key === 'Enter' && item) this.options.open(item, this.active);
    else if (event.key === ' ' && item && this.options.choose) this.options.choose(item, event);
    else if (!this.options.keydown?.(event, item)) return;
    event.preventDefault();
  }

  onClick(event) {
    const row = event.target.closest('.row');
    if (!row) return;
    const index = Number(row.dataset.index);
    const isMark = event.target.closest('.mark') || event.ctrlKey || event.metaKey;
    this.select(index, false);
    if (isMark && this.options.choose) this.options.choose(this.items[index], event);
    else this.options.open(this.items[index], index);
  }
}
