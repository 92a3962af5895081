namespace ClinicPortal.Modules.Telehealth;

/// <summary>Names the module's words.</summary>
public sealed class TelehealthText;
