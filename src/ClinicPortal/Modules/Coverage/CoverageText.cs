namespace ClinicPortal.Modules.Coverage;

/// <summary>Marks the words of this module's screens.</summary>
public sealed class CoverageText;
