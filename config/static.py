"""Static files: named by their content, compressed, cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CompressedManifest(CompressedManifestStaticFilesStorage):
    """Leaves `sourceMappingURL` comments alone: the maps are for debugging and are not collected."""

    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
        if extension != "*.js"
    )
