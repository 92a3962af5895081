namespace ClinicPortal.Shared.Http;

/// <summary>The body of a command that needs none: left out or empty. Anything in it is refused rather than passed over.</summary>
public sealed record NoFields;
