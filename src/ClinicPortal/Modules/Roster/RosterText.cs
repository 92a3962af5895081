namespace ClinicPortal.Modules.Roster;

/// <summary>Names the module's words.</summary>
public sealed class RosterText;
