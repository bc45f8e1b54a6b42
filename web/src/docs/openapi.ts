/** Reads an OpenAPI 3.1 description into the plain list of operations a page can show. */

/** One value a request may carry. */
export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  description: string;
  /** A value to begin with: the description's example or default. */
  example: string;
}

/** One thing the API can be asked. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  tag: string;
  parameters: Parameter[];
}

interface Schema {
  default?: unknown;
  description?: string;
  examples?: unknown[];
}

interface RawParameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

interface RawOperation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: RawParameter[];
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, RawOperation>>;
}

/** Every operation that reads, in the order of the description. */
export function operations({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method === "get")
      .map(([method, raw]) => ({
        id: `${method}${path}`.replace(/\W+/g, "-"),
        method: method.toUpperCase(),
        path,
        summary: raw.summary ?? path,
        description: raw.description ?? "",
        tag: raw.tags?.[0] ?? "",
        parameters: (raw.parameters ?? []).flatMap(parameter),
      })),
  );
}

function parameter(raw: RawParameter): Parameter[] {
  if (raw.in !== "path" && raw.in !== "query") return [];
  const example = raw.example ?? raw.schema?.examples?.[0] ?? raw.schema?.default ?? "";
  return [
    {
      name: raw.name,
      in: raw.in,
      required: raw.required ?? false,
      description: raw.description ?? raw.schema?.description ?? "",
      example: example === null ? "" : String(example),
    },
  ];
}

/** The address of a request with the given values; empty ones are left out. */
export function address(operation: Operation, values: Record<string, string>): string {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place } of operation.parameters) {
    const value = values[name] ?? "";
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
