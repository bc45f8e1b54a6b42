declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    docExpansion: "list" | "full" | "none";
    /** Offers a field to look for groups and paths. */
    filter: boolean;
    /** Where the description is sent to be checked; null sends it nowhere. */
    validatorUrl: string | null;
  }
  export default function SwaggerUI(options: Options): unknown;
}
