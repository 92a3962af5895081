namespace ClinicPortal.Shared;

/// <summary>Names the resource with the words that belong to no module.</summary>
public sealed class SharedText;
