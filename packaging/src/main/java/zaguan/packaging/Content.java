package zaguan.packaging;

/**
 * A body and what it is.
 *
 * @param type such as application/json
 */
record Content(String type, String body) {}
