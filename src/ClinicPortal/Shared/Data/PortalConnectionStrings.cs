namespace ClinicPortal.Shared.Data;

/// <summary>How to reach the portal's database in its two roles.</summary>
/// <param name="App">The restricted role that serves requests; row-level security holds for it.</param>
/// <param name="Owner">The role that owns the schema: migrations and partitions ahead.</param>
public sealed record PortalConnectionStrings(string App, string Owner);
