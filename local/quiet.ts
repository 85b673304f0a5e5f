/** Import it first: the SDK says at its first client that it will want a newer Node, and nothing here can act on that. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
