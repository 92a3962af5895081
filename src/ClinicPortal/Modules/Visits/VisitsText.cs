namespace ClinicPortal.Modules.Visits;

/// <summary>Names the module's words.</summary>
public sealed class VisitsText;
