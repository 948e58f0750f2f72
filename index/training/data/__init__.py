"""What the student learns from: sentences, paragraphs and questions, drawn and put into batches."""
