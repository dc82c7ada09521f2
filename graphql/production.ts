// To be imported before graphql-js: it looks once, while it is loaded, whether it runs in production. Elsewhere it searches each type of each
// field for a second copy of itself, which takes a quarter of the time of a large answer. NODE_ENV, when it is set, is left alone.

process.env.NODE_ENV ??= "production";
