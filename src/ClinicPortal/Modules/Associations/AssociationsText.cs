namespace ClinicPortal.Modules.Associations;

/// <summary>Marks the words of this module's screens.</summary>
public sealed class AssociationsText;
