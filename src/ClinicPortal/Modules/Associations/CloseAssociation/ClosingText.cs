namespace ClinicPortal.Modules.Associations.CloseAssociation;

/// <summary>Words of an association's closing.</summary>
public sealed class ClosingText;
