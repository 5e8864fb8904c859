// A canvas that is drawn anew when something changed, at most once a frame, as sharp as the screen.

/** The colours of the page's tokens, by their names without `--`. */
const COLOURS = [
  "panel",
  "raised",
  "hover",
  "line",
  "text",
  "dim",
  "faint",
  "accent",
  "accent-soft",
  "up",
  "up-soft",
  "up-depth",
  "down",
  "down-soft",
  "down-depth",
  "warn",
] as const;

export type Colours = Readonly<Record<(typeof COLOURS)[number], string>>;

export interface Area {
  readonly pen: Pen;
  readonly width: number;
  readonly height: number;
  /** Milliseconds of a clock that never goes back: for what fades. */
  readonly now: number;
}

/** Draws everything; true when the next frame would look different without any change. */
export type Paint = (area: Area) => boolean;

export class Surface {
  readonly #canvas: HTMLCanvasElement;
  readonly #paint: Paint;
  readonly #observer: ResizeObserver;
  #pen: Pen | null = null;
  #frame: number | null = null;
  #width = 0;
  #height = 0;

  constructor(canvas: HTMLCanvasElement, paint: Paint) {
    this.#canvas = canvas;
    this.#paint = paint;
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(canvas);
    this.#resize();
    // Until the page's font is there, numbers are measured by another one's digits.
    void document.fonts.ready.then(() => this.restyle());
  }

  get height(): number {
    return this.#height;
  }

  /** Something changed: draws with the next frame. */
  invalidate(): void {
    this.#frame ??= requestAnimationFrame((now) => this.#draw(now));
  }

  /** Reads colours and font anew. */
  restyle(): void {
    this.#pen = null;
    this.invalidate();
  }

  destroy(): void {
    this.#observer.disconnect();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #resize(): void {
    const ratio = window.devicePixelRatio || 1;
    this.#width = this.#canvas.clientWidth;
    this.#height = this.#canvas.clientHeight;
    const width = Math.round(this.#width * ratio);
    const height = Math.round(this.#height * ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#pen = null;
    this.invalidate();
  }

  #draw(now: number): void {
    this.#frame = null;
    const context = this.#canvas.getContext("2d");
    if (context === null || this.#width === 0 || this.#height === 0) return;
    this.#pen ??= new Pen(context, getComputedStyle(this.#canvas));
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    const area = { pen: this.#pen, width: this.#width, height: this.#height, now };
    if (this.#paint(area)) this.invalidate();
  }
}

/** How wide the signs of a font are. */
interface Measures {
  readonly digit: number;
  /** All digits are as wide as each other: the browser gives the canvas its page's numerals. */
  readonly isTabular: boolean;
  readonly others: Map<string, number>;
}

/** Writes and fills, with digits as wide as each other, also where a canvas has no such numerals. */
export class Pen {
  readonly colours: Colours;
  readonly #context: CanvasRenderingContext2D;
  readonly #family: string;
  readonly #fonts = new Map<string, Measures>();
  #font = "";
  #measures: Measures = { digit: 0, isTabular: false, others: new Map() };

  constructor(context: CanvasRenderingContext2D, style: CSSStyleDeclaration) {
    this.#context = context;
    this.#family = style.fontFamily;
    const colours = COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
    this.colours = Object.fromEntries(colours) as Colours;
    this.font(400, 12);
    context.textBaseline = "middle";
  }

  font(weight: number, size: number): void {
    const font = `${weight} ${size}px ${this.#family}`;
    if (font === this.#font) return;
    this.#font = font;
    this.#context.font = font;
    let measures = this.#fonts.get(font);
    if (measures === undefined) {
      const digit = this.#context.measureText("0").width;
      const isTabular = this.#context.measureText("1").width === digit;
      measures = { digit, isTabular, others: new Map() };
      this.#fonts.set(font, measures);
    }
    this.#measures = measures;
  }

  alpha(value: number): void {
    this.#context.globalAlpha = value;
  }

  fill(x: number, y: number, width: number, height: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }

  dot(x: number, y: number, radius: number, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, Math.PI * 2);
    this.#context.fill();
  }

  /** A line through points, each `x` and `y` one after the other. */
  line(points: readonly number[], width: number, colour: string): void {
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = width;
    this.#context.lineJoin = "round";
    this.#context.beginPath();
    for (let at = 0; at + 1 < points.length; at += 2) {
      this.#context.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
    }
    this.#context.stroke();
  }

  /** Fills what is between such a line and `bottom`. */
  area(points: readonly number[], bottom: number, colour: string): void {
    if (points.length < 4) return;
    this.#context.fillStyle = colour;
    this.#context.beginPath();
    this.#context.moveTo(points[0] ?? 0, bottom);
    for (let at = 0; at + 1 < points.length; at += 2) {
      this.#context.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
    }
    this.#context.lineTo(points.at(-2) ?? 0, bottom);
    this.#context.fill();
  }

  text(text: string, x: number, y: number, colour: string, align: CanvasTextAlign = "left"): void {
    this.#context.fillStyle = colour;
    this.#context.textAlign = align;
    this.#context.fillText(text, x, y);
  }

  /** Writes a number that ends at `right`. */
  number(text: string, right: number, y: number, colour: string): void {
    if (this.#measures.isTabular) return this.text(text, right, y, colour, "right");
    this.#context.fillStyle = colour;
    this.#context.textAlign = "center";
    let x = right;
    for (let at = text.length - 1; at >= 0; at -= 1) {
      const sign = text[at] ?? "";
      const width = this.#widthOf(sign);
      this.#context.fillText(sign, x - width / 2, y);
      x -= width;
    }
  }

  #widthOf(sign: string): number {
    const { digit, others } = this.#measures;
    if (sign >= "0" && sign <= "9") return digit;
    let width = others.get(sign);
    if (width === undefined) {
      width = this.#context.measureText(sign).width;
      others.set(sign, width);
    }
    return width;
  }
}

/** What a change leaves behind for a moment: 1 just now, 0 when it is over. */
export class Fades {
  static readonly #MS = 450;
  static readonly #NAMES_MAX = 500;
  readonly #changes = new Map<string, { value: string; at: number; isUp: boolean }>();

  /** Notes the value under this name, and tells how fresh its last change is. */
  see(name: string, value: string, now: number): { strength: number; isUp: boolean } {
    const known = this.#changes.get(name);
    if (known === undefined) {
      // Prices come and go all day; what is forgotten does not fade once.
      if (this.#changes.size >= Fades.#NAMES_MAX) this.#changes.clear();
      this.#changes.set(name, { value, at: -Infinity, isUp: true });
      return { strength: 0, isUp: true };
    }
    if (known.value !== value) {
      known.isUp = Number(value) >= Number(known.value);
      known.value = value;
      known.at = now;
    }
    return { strength: Math.max(0, 1 - (now - known.at) / Fades.#MS), isUp: known.isUp };
  }
}
