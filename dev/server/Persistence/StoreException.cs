namespace EmbeddedTemporal.Persistence;

/// <summary>The store cannot be opened, read or written. The message is one line that names the file.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
